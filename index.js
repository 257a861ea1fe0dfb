const { Flux } = require('./dist/nodes/Flux/Flux.node.js');
const { FluxBlackForestLabsApi } = require('./dist/credentials/FluxBlackForestLabsApi.credentials.js');
const { FluxOpenAiCompatibleApi } = require('./dist/credentials/FluxOpenAiCompatibleApi.credentials.js');

module.exports = { Flux, FluxBlackForestLabsApi, FluxOpenAiCompatibleApi };

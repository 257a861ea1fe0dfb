const { Flux } = require('./dist/nodes/Flux/Flux.node.js');
const { FluxBlackForestLabsApi } = require('./dist/credentials/FluxBlackForestLabsApi.credentials.js');
const { FluxOpenAiCompatibleApi } = require('./dist/credentials/FluxOpenAiCompatibleApi.credentials.js');
const { FluxReplicateApi } = require('./dist/credentials/FluxReplicateApi.credentials.js');
const { FluxApiframeApi } = require('./dist/credentials/FluxApiframeApi.credentials.js');
const { FluxFalApi } = require('./dist/credentials/FluxFalApi.credentials.js');

module.exports = {
	Flux,
	FluxBlackForestLabsApi,
	FluxOpenAiCompatibleApi,
	FluxReplicateApi,
	FluxApiframeApi,
	FluxFalApi,
};

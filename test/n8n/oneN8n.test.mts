import './oneN8n/agent.mts';
import './oneN8n/examples.mts';
// It starts its n8n again.
import './oneN8n/node.mts';
// It ends with an n8n that does not start.
import './oneN8n/chains.mts';

import { fileURLToPath } from 'node:url';

import config from './jest.config.mjs';

const installed = fileURLToPath(new URL('../.n8n-host/old/node_modules', import.meta.url));
const engine = config.projects.find(({ displayName }) => displayName === 'engine');

/** The short form of the engine tests in the engine of the oldest n8n that the node works in. */
export default {
	...config,
	// The old engine has a timer that never ends.
	forceExit: true,
	projects: [
		{
			...engine,
			displayName: 'old',
			testMatch: ['**/{generate,jobs,shortForm}.test.mts'],
			moduleNameMapper: {
				'^(n8n-core|n8n-workflow)$': `${installed}/$1`,
				'^zod/v4$': `${installed}/zod/dist/cjs/v4/index.js`,
			},
			globals: { isOldN8nWanted: true },
		},
	],
};

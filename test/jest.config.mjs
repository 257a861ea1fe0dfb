import { fileURLToPath } from 'node:url';

const transform = {
	'^.+\\.(ts|mts)$': [
		'@swc/jest',
		{ jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' },
	],
};

/** One jest project a folder of tests: `unit` and `contract` are fast, `engine` runs n8n-core, `n8n` a real server and a browser. */
const project = (displayName, more = {}) => ({
	displayName,
	rootDir: fileURLToPath(new URL('..', import.meta.url)),
	roots: [`<rootDir>/test/${displayName}`],
	testMatch: ['**/*.test.mts'],
	testEnvironment: 'node',
	moduleFileExtensions: ['mts', 'ts', 'mjs', 'js', 'json', 'node'],
	extensionsToTreatAsEsm: ['.mts'],
	transform,
	...more,
});

export default {
	projects: [project('unit'), project('contract'), project('sandbox'), project('engine'), project('n8n')],
	testSequencer: fileURLToPath(new URL('sequencer.mjs', import.meta.url)),
	testTimeout: 60_000,
	// Tests that run beside one another mostly wait.
	maxConcurrency: 8,
};

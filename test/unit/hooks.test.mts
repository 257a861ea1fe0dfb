import type { INodeProperties } from 'n8n-workflow';

import { withRouting } from '../../nodes/Flux/editor/hooks.ts';

const { jest } = import.meta;

it('loads the engine with the next job if it could not be loaded with the first, such as for too many open files', async () => {
	let tries = 0;
	jest.doMock('../../nodes/Flux/engine/run.ts', () => {
		if (++tries === 1) throw new Error('EMFILE: too many open files');
		return { runJob: async () => await Promise.resolve(['done']) };
	});
	const [{ routing }] = withRouting({ properties: [{ name: 'resource' } as INodeProperties] }).properties;
	const runJob = routing!.operations!.pagination as () => Promise<unknown>;

	await expect(runJob()).rejects.toThrow('EMFILE');
	expect(await runJob()).toEqual(['done']);
});

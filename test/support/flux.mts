import { jest } from '@jest/globals';
import { imageSize } from 'image-size';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { pace } from '../../nodes/Flux/limits/pace.ts';
import type { Sandbox } from '../sandbox/sandbox.mts';
import { runWorkflow, type Options, type Run } from './harness.mts';
import { startWholeSandbox } from './madeUpDialect.mts';
import { styles, workflowOf } from './styles.mts';

export { model } from './styles.mts';

jest.setTimeout(60_000);

/** A sandbox for the tests of one file, emptied before each of them. */
export function useSandbox(secondsPerImage = 0.05): { readonly sandbox: Sandbox } {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startWholeSandbox({ secondsPerImage });
	});
	beforeEach(() => {
		sandbox.reset();
		sandbox.secondsPerImage = secondsPerImage;
	});
	// A test that sends something wrong on purpose takes it out of the list.
	afterEach(() => expect(sandbox.violations.splice(0)).toEqual([]));
	afterAll(async () => await sandbox.close());
	return {
		get sandbox() {
			return sandbox;
		},
	};
}

/** A test with a sandbox of its own, so that it can run beside others: `it.concurrent`. */
export const alone =
	<A extends unknown[]>(secondsPerImage: number, test: (sandbox: Sandbox, ...args: A) => Promise<void>) =>
	async (...args: A): Promise<void> => {
		const sandbox = await startWholeSandbox({ secondsPerImage });
		await test(sandbox, ...args).finally(async () => await sandbox.close());
	};

/**
 * Lets the node's own time pass faster in this test file: its pauses, steps and timeouts take that part of theirs, while the sandbox
 * keeps its time. Gives the milliseconds on the wall for milliseconds of the node.
 */
export function hurry(unitMs: number): (ms: number) => number {
	pace.unitMs = unitMs;
	return (ms) => ms * unitMs;
}

/** The parameters of the node for another resource than images. */
export const job = (jobId: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'job',
	operation: 'get',
	jobId,
	...more,
});

/** A workflow with our node, by itself a FLUX.2 [pro] image of a red fox by Black Forest Labs. */
export const flux = (
	sandbox: Sandbox,
	parameters: INodeParameters = {},
	options: Partial<Options> = {},
): Options => workflowOf(styles.blackForestLabs, sandbox, parameters, options);

/** Runs it. */
export const runFlux = async (...args: Parameters<typeof flux>): Promise<Run> =>
	await runWorkflow(flux(...args)).result;

/** Items with these prompts, and the parameter that takes them. */
export const prompts = (...texts: string[]) => texts.map((prompt) => ({ json: { prompt } }));
export const promptOfItem = '={{ $json.prompt }}';

/** What an error carries for programs; undefined if it is none of ours. */
export const fluxError = (run: Run): IDataObject | undefined =>
	(run.error as { context?: { flux?: IDataObject } } | undefined)?.context?.flux;

/** What an error says to the user. */
export const errorText = ({ error }: Run): string => `${error?.message} ${error?.description}`;

/** The requests of one kind that reached the sandbox. */
export const requestsFor = ({ requests }: Sandbox, action: string) =>
	requests.filter((request) => request.action === action);

/** The bodies of all submits. */
export const submitted = (sandbox: Sandbox) => requestsFor(sandbox, 'submit').map(({ body }) => body);

/** The keys of `json` of every output item of an image. */
export const imageKeys = [
	'api',
	'cost',
	'durationMs',
	'expiresAt',
	'fileName',
	'fileSize',
	'height',
	'imageCount',
	'imageIndex',
	'jobId',
	'mimeType',
	'model',
	'prompt',
	'revisedPrompt',
	'seed',
	'status',
	'url',
	'width',
];

/** Compares what an item says of its image with the bytes in storage. */
export async function expectImage(run: Run, index = 0, property = 'data') {
	const { json, binary } = run.items[index];
	const bytes = await run.binary(run.items[index], property);
	const { width, height, type } = imageSize(bytes);
	const mimeType = type === 'jpg' ? 'image/jpeg' : `image/${type}`;
	expect(json).toMatchObject({ status: 'completed', width, height, fileSize: bytes.length, mimeType });
	const fileName = expect.stringMatching(new RegExp(`.\\.${type}$`));
	expect(json.fileName).toEqual(fileName);
	expect(binary?.[property]).toMatchObject({ fileName: json.fileName, mimeType, fileExtension: type });
	return { width, height, type };
}

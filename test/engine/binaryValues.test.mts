import { jest } from '@jest/globals';
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { binaryStore, keepInS3, type BinaryMode } from '../support/core.mts';
import { expectImage, fluxError, hurry, model, requestsFor, useSandbox } from '../support/flux.mts';
import { connect, runWorkflow, type Options } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';
import { startS3, type S3 } from '../support/s3.mts';
import { StartNode } from '../support/steps.mts';
import { apiframe, blackForestLabs, eachStyle, workflowOf, type Style } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox(0);
let one: Buffer;
let other: Buffer;
beforeAll(async () => {
	[one, other] = await Promise.all([imageOf('png', 64, 48), imageOf('jpeg', 64, 48)]);
});

const file = (bytes: Buffer, name: string): IBinaryData => ({
	...{ data: bytes.toString('base64'), mimeType: name.endsWith('png') ? 'image/png' : 'image/jpeg' },
	fileName: name,
});
const items = (): INodeExecutionData[] => [
	{
		json: { bytes: one.toJSON(), base64: one.toString('base64').replace(/.{76}/g, '$&\n') },
		binary: { data: file(one, 'one.png'), other: file(other, 'other.jpg') },
	},
];

/** The images that arrived with the first job. */
function arrived(): Buffer[] {
	const { source, references = [] } = at.sandbox.jobs[0].drawings[0].edit ?? {};
	return [source, ...references].filter((bytes) => bytes !== undefined);
}

async function edited(style: Style, referenceImages: unknown, options: Partial<Options> = {}) {
	const parameters = { operation: 'edit', referenceImages } as INodeParameters;
	return await runWorkflow(workflowOf(style, at.sandbox, parameters, { items: items(), ...options })).result;
}

/** How the files get into the parameter, and which of them. */
const ways: Array<[string, unknown, 'one' | 'both']> = [
	['a file of the item', ['={{ $binary.data }}'], 'one'],
	['files of the item, one an entry', ['={{ $binary.data }}', '={{ $binary.other }}'], 'both'],
	['a list of files', '={{ [$binary.data, $binary.other] }}', 'both'],
	['a list of files in an entry', ['={{ [$binary.data, $binary.other] }}'], 'both'],
	['all files of the item', '={{ $binary }}', 'both'],
	['a file of another node', ["={{ $('Start').item.binary.data }}"], 'one'],
	['all items of another node', "={{ $('Start').all() }}", 'both'],
	['the item itself', '={{ $input.item }}', 'both'],
	['names in one text', 'data, other', 'both'],
	['names in JSON', '={{ ["data", "other"] }}', 'both'],
	['a name and a file', ['data', '={{ $binary.other }}'], 'both'],
	['bytes', '={{ $json.bytes }}', 'one'],
	['base64 in lines', '={{ $json.base64 }}', 'one'],
];

describe.each(eachStyle)('At %s', (_, style) => {
	describe.each(['default', 'filesystem'] as BinaryMode[])('with the storage %s', (binaryMode) => {
		it.each(ways)('%s is an image value', async (_name, value, which) => {
			const done = await edited(style, value, { binaryMode });

			expect(done.error).toBeUndefined();
			await expectImage(done);
			const images = arrived();
			expect(images.map((bytes) => bytes.equals(one))).toEqual(which === 'one' ? [true] : [true, false]);
			if (which === 'both') expect(images[1].equals(other)).toBe(true);
			expect(at.sandbox.billed()).toBe(1);
		});
	});

	it.each<[string, unknown]>([
		['a name', ['data']],
		['a path', ['_files.data']],
		['a file', '={{ $json._files.data }}'],
		['the item of another node', "={{ $('Start').first() }}"],
	])('in a workflow that keeps files in JSON, %s is an image value', async (_name, value) => {
		const [{ json, binary }] = items();
		const done = await edited(style, value, {
			items: [{ json, binary: { data: binary!.data } }],
			settings: { binaryMode: 'combined' } as never,
		});

		expect(done.error).toBeUndefined();
		expect(arrived().map((bytes) => bytes.equals(one))).toEqual([true]);
	});

	it.each(['database', 's3'] as const)('a file in the storage %s is an image value', async (storage) => {
		binaryStore().setManager(storage, {
			getAsStream: async (id: string) =>
				(await import('node:stream')).Readable.from([id === 'a/b' ? one : other]),
		} as never);
		const stored = { mimeType: 'image/png', data: storage, id: `${storage}:a/b` };
		const done = await edited(style, ['={{ $binary.data }}'], {
			items: [{ json: {}, binary: { data: stored } }],
		});

		expect(done.error).toBeUndefined();
		expect(arrived().map((bytes) => bytes.equals(one))).toEqual([true]);
	});

	it.each([
		['without a type', '', undefined],
		['as a data URI', 'data:image/png;base64,', 'image/png'],
	])('a file that a Code node has made %s is an image value', async (_name, before, mimeType) => {
		const binary = { data: { data: before + one.toString('base64'), mimeType } };
		const code = Object.assign(new StartNode([]), { execute: async () => [[{ json: {}, binary }]] });
		const done = await edited(style, ['data'], {
			others: [{ name: 'Code', node: code }],
			connections: { Start: connect('Code'), Code: connect('Node') },
		});

		expect(done.error).toBeUndefined();
		expect(arrived().map((bytes) => bytes.equals(one))).toEqual([true]);
	});

	it('a file that n8n has deleted is told, and nothing is billed', async () => {
		const gone = { mimeType: 'image/png', data: 'filesystem-v2', id: 'filesystem-v2:workflows/1/gone' };
		const done = await edited(style, ['={{ $binary.data }}'], {
			items: [{ json: {}, binary: { data: gone } }],
		});

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toContain("cannot be read from n8n's storage");
		expect(done.error?.description).toMatch(/Unpin the node .* fetch the image anew/);
		expect(at.sandbox.requests).toEqual([]);
	});

	it.each<[string, unknown, RegExp]>([
		[
			'a file within a text',
			['see {{ $binary.data }}'].map((text) => `=${text}`),
			/nothing but the expression/,
		],
		['another object', '={{ ({ text: "fox" }) }}', /gives an object/],
	])('%s is refused with what to write', async (_name, value, advice) => {
		const done = await edited(style, value);

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.description).toMatch(advice);
		expect(at.sandbox.requests).toEqual([]);
	});
});

it('a file of memory that two look like is not guessed, and the error says what to write', async () => {
	// n8n tells the size of a file, and these two have the same.
	const sized = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(2_000 - bytes.length)]);
	const second = sized(await imageOf('png', 48, 64));
	const binary = { first: file(sized(one), 'a.png'), second: file(second, 'a.png') };
	const run = async (value: string) =>
		await edited(blackForestLabs, [value], { binaryMode: 'default', items: [{ json: {}, binary }] });

	const done = await run('={{ $binary.second }}');
	expect(done.error?.description).toContain('leaves the contents out of $binary');
	expect(at.sandbox.requests).toEqual([]);

	await run("={{ $('Start').item.binary.second }}");
	expect(arrived()[0].equals(second)).toBe(true);
});

describe('A parameter of one image', () => {
	const fill = (image: unknown, style = blackForestLabs, id = 'flux-pro-1.0-fill') =>
		runWorkflow(
			workflowOf(
				style,
				at.sandbox,
				{ operation: 'fill', model: model(id), image, mask: '={{ $binary.other }}' } as INodeParameters,
				{
					items: items(),
				},
			),
		).result;

	it.each([
		'={{ $binary.data }}',
		'={{ [$binary.data] }}',
		"={{ $('Start').item.binary.data }}",
		'={{ $json.base64 }}',
	])('takes %s', async (image) => {
		const done = await fill(image);
		expect(done.error).toBeUndefined();
		const { source, mask } = at.sandbox.jobs[0].drawings[0].edit!;
		expect([source?.equals(one), mask?.equals(other)]).toEqual([true, true]);
	});

	it('takes a file where the provider takes links', async () => {
		const done = await fill('={{ $binary.data }}', apiframe, 'flux-fill-pro');
		expect(done.error).toBeUndefined();
		expect(at.sandbox.jobs[0].drawings[0].edit!.source?.equals(one)).toBe(true);
	});

	it('takes no two', async () => {
		const done = await fill('={{ $binary }}');
		expect(done.error?.message).toBe("'Image' takes one image, but 2 were given");
		expect(at.sandbox.requests).toEqual([]);
	});
});

describe('n8n keeps its files in S3', () => {
	let s3: S3;

	beforeAll(async () => {
		s3 = await startS3('n8n-files');
		await keepInS3(s3);
	});
	afterAll(async () => await s3?.close());

	it.each(eachStyle)(
		'an image of %s goes into an n8n that keeps its files in S3, and from there into an edit',
		async (_, style) => {
			const first = workflowOf(style, at.sandbox, {}, { binaryMode: 's3' });
			const edit = { ...first.parameters, ...style.edit, prompt: 'Make it snow' };
			const run = await runWorkflow({
				...first,
				others: [{ name: 'Edit', node: first.node, parameters: edit }],
			}).result;

			expect(run.error).toBeUndefined();
			await expectImage(run);
			const drawn = (await at.sandbox.jobs[0].drawn.get(0)) as Buffer;
			const [{ json, binary }] = run.items;
			const { id, fileName } = binary!.data;
			expect(fileName).toBe(json.fileName);
			const kept = (await s3.file(id!.replace('s3:', '')))!;
			expect([kept.type, kept.bytes.equals(drawn)]).toEqual([json.mimeType, true]);

			const { source, references = [] } = at.sandbox.jobs[1].drawings[0].edit ?? {};
			expect([source, ...references].some((image) => image?.equals(drawn))).toBe(true);
			const [{ binary: edited }] = run.output('Edit');
			expect(edited!.data.id).toMatch(/^s3:/);
		},
	);
});

describe.each(eachStyle)('At %s, a storage of n8n', (_name, style: Style) => {
	const full = 'ENOSPC: no space left on device, write';
	const run = async (times: number, words = full) => {
		const refuses = jest.spyOn(binaryStore(), 'store');
		for (let count = 0; count < times; count++) refuses.mockRejectedValueOnce(new Error(words));
		const parameters = { ...style.small, settings: { timeout: 20 } };
		const done = await runWorkflow(workflowOf(style, at.sandbox, parameters)).result;
		refuses.mockRestore();
		return done;
	};

	it('that is full is named, with the job; the image is not fetched until the timeout', async () => {
		const done = await run(100);

		const [{ id }] = at.sandbox.jobs;
		expect(fluxError(done)).toMatchObject({ code: 'download-failed', jobId: style.hasJobs ? id : null });
		expect(done.error?.message).toBe(`n8n could not store the image: ${full}`);
		expect(done.error?.description).toMatch(/was made and is billed.*Retry On Fail/);
		expect(requestsFor(at.sandbox, 'download').length).toBeLessThanOrEqual(4);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('that is not trusted is not taken for the host of the image', async () => {
		const done = await run(100, 'self-signed certificate');
		expect(done.error?.message).toBe('n8n could not store the image: self-signed certificate');
	});

	it('that is out of reach once is asked again for an image at a URL', async () => {
		const done = await run(1);
		expect(done.error).toBeUndefined();
		await expectImage(done);
	});
});

import type { INodeParameters } from 'n8n-workflow';

import { expectImage, fluxError, hurry, model, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import {
	apiframe,
	blackForestLabs,
	eachStyle,
	replicate,
	workflowOf,
	type Style,
} from '../support/styles.mts';

hurry(0.25);
const at = useSandbox(0);
const run = async (style: Style, parameters: INodeParameters) =>
	await runWorkflow(workflowOf(style, at.sandbox, parameters)).result;
const sent = () => JSON.stringify(requestsFor(at.sandbox, 'submit')[0].body);

describe.each(eachStyle)('At %s', (_, style) => {
	it.each([-1, '={{ "-1" }}', -42])('the seed %s means a random one: none is sent', async (seed) => {
		const done = await run(style, { ...style.small, options: { seed, numberOfImages: 2 } });

		expect(done.error).toBeUndefined();
		await expectImage(done);
		expect(done.items).toHaveLength(2);
		expect(sent()).not.toContain('seed');
		const seeds = done.items.map(({ json }) => json.seed);
		expect(seeds).not.toContain(Number(seed));
	});

	it.each([' ', '\n\t ', '\u00a0', '\u200b'])(
		'a prompt of white space only (%j) is empty',
		async (prompt) => {
			const done = await run(style, { prompt });

			expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
			expect(done.error?.message).toMatch(/^'Prompt' is empty/);
			expect(at.sandbox.requests).toEqual([]);
		},
	);
});

const ratios: Array<[string, Style, string]> = [
	['Black Forest Labs', blackForestLabs, 'flux-pro-1.1-ultra'],
	['Replicate', replicate, 'black-forest-labs/flux-1.1-pro'],
	['Apiframe', apiframe, 'flux-2-pro'],
];
const written = ['16x9', '16/9', '16 : 9', '16：9'];

it.each(ratios.flatMap((one) => written.map((text) => [text, ...one] as const)))(
	'%j is the aspect ratio 16:9 at %s',
	async (aspectRatio, _, style, id) => {
		const done = await run(style, { model: model(id), aspectRatio: `={{ "${aspectRatio}" }}` });

		expect(done.error).toBeUndefined();
		expect(sent()).toContain('"aspect_ratio":"16:9"');
	},
);

it.each(written)('%j is the aspect ratio 16:9 at OneRouter', async (aspectRatio) => {
	const parameters = {
		model: model('flux-pro-v1.1-ultra-text-to-image'),
		aspectRatio: `={{ "${aspectRatio}" }}`,
	};
	const done = await runWorkflow(atServer(at.sandbox, 'oneRouter', parameters)).result;

	expect(done.error).toBeUndefined();
	expect(sent()).toContain('"size":"16:9"');
});

it('one fault is told once', async () => {
	const done = await run(blackForestLabs, { model: model('flux-pro-1.1-ultra'), aspectRatio: 'wide' });

	expect(done.error?.message).toBe(
		'\'Aspect Ratio\' is "wide", but FLUX 1.1 [pro] Ultra takes width:height such as 16:9',
	);
});

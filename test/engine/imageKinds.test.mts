import type { ServerResponse } from 'node:http';

import { alone, fluxError, hurry, model, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';
import { listen } from '../support/probe.mts';
import { useInternet } from '../support/services.mts';
import { eachStyle, runStyle, workflowOf, type Style } from '../support/styles.mts';
import { everyEncoding, type Encoded } from '../unit/encoded.mts';

hurry(0.25);
const latin = (text: string) => Buffer.from(text, 'latin1');

/** Files that are no image which a provider takes. */
const kinds: Array<[string, Buffer, string]> = [
	['a HEIC photo', latin('\0\0\0\x24ftypheic\0\0\0\0mif1heic'), 'Most Compatible'],
	['an SVG drawing', latin('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'render it to PNG'],
	['a PDF', latin('%PDF-1.7\n1 0 obj'), 'Turn the page into a PNG'],
	['a web page', latin('<!doctype html><html>Sign in</html>'), 'address of the image itself'],
	['a TIFF image', latin('II*\0\x08\0\0\0'), 'Convert it to PNG or JPEG'],
	['a video', latin('\0\0\0\x20ftypisom\0\0\x02\0'), 'single frame'],
	// Whoever reads them in every possible way never ends.
	['text', latin('<!---->'.repeat(40)), 'Give an image'],
	['an empty file', Buffer.alloc(0), 'fetched it whole'],
];

describe.each(eachStyle)('At %s', (_, style) => {
	const at = useSandbox(0);

	it.each(kinds)('%s is named, and nothing is sent', async (is, bytes, advice) => {
		const binary = {
			data: { data: bytes.toString('base64'), mimeType: 'image/jpeg', fileName: 'IMG_1.jpg' },
		};
		const done = await runWorkflow(
			workflowOf(style, at.sandbox, style.edit, { items: [{ json: {}, binary }], binaryMode: 'filesystem' }),
		).result;

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toContain(`'Reference Images' 1 is ${is}`);
		expect(done.error?.message).toContain('not a PNG, JPEG, WebP, GIF or AVIF image');
		expect(done.error?.description).toContain(advice);
		expect(at.sandbox.requests).toEqual([]);
	});

	it('a URL goes out encoded', async () => {
		const bytes = await imageOf('png', 64, 48);
		const server = await listen((_request, response) => void response.end(bytes));
		const url = `${server.url}/mein bild/größe,1.png?q=ü`;
		const done = await runWorkflow(workflowOf(style, at.sandbox, { ...style.edit, referenceImages: [url] }))
			.result;
		const path = '/mein%20bild/gr%C3%B6%C3%9Fe,1.png?q=%C3%BC';

		expect(done.error).toBeUndefined();
		expect(server.requests.map((request) => request.url)).toEqual([path]);
		if (style.sendsFiles !== true) {
			expect(JSON.stringify(requestsFor(at.sandbox, 'submit')[0].body)).toContain(`${server.url}${path}`);
		}
		server.close();
	});
});

describe('With a provider in the internet', () => {
	const at = useInternet();
	const places = [
		['blackForestLabs', {}, { operation: 'edit', referenceImages: ['URL'] }],
		['blackForestLabs', {}, { operation: 'fill', model: model('flux-pro-1.0-fill'), image: 'URL' }],
		['replicate', {}, { operation: 'edit', referenceImages: ['URL'] }],
		['apiframe', {}, { operation: 'edit', referenceImages: ['URL'] }],
		[
			'openAiCompatible',
			{ service: 'crazyrouter' },
			{ operation: 'edit', model: model('flux-kontext-pro'), referenceImages: ['URL'] },
		],
	] as const;
	const hosts = [
		'localhost:5678',
		'127.0.0.1',
		'10.1.2.3',
		'192.168.0.10:9000',
		'minio',
		'nas.local',
		'[::1]',
	];

	it.each(places.flatMap((place) => hosts.map((host) => [host, ...place] as const)))(
		'an image at %s is out of reach for %s, and nothing is sent',
		async (host, style, data, parameters) => {
			const put = JSON.parse(JSON.stringify(parameters).replace('URL', `http://${host}/a.png`)) as object;
			const done = await at.run(style, data, { ...put });

			expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
			expect(done.error?.message).toContain(
				`is at ${host}, a private address that the provider cannot reach`,
			);
			expect(done.error?.description).toMatch(/HTTP Request node.*name of its binary field/);
			expect(at.arrived).toEqual([]);
		},
	);

	it('the way out of a service that takes URLs only is a public place', async () => {
		const done = await at.run(
			'openAiCompatible',
			{ service: 'oneRouter' },
			{ model: model('flux-pro-v1.1-ultra-text-to-image'), imagePrompt: 'http://10.0.0.1/a.png' },
		);

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.description).toContain('where everybody can fetch it');
		expect(at.arrived).toEqual([]);
	});

	it('an image in the internet is linked as before', async () => {
		const url = 'https://cdn.example/w_400,h_400/cat.png';
		await at.run('blackForestLabs', {}, { operation: 'edit', referenceImages: [url] });

		expect(requestsFor(at.sandbox, 'submit')[0].body).toMatchObject({ input_image: url });
	});
});

const encodings = await everyEncoding(64, 48);

/** Sends bytes in pieces that end there, each in a packet of its own. */
async function inPieces(response: ServerResponse, { bytes }: Encoded, ends: number[]) {
	response.setHeader('content-length', bytes.length);
	let from = 0;
	for (const end of [...ends, bytes.length].filter((one) => one <= bytes.length)) {
		response.write(bytes.subarray(from, end));
		from = end;
		await new Promise((resolve) => setTimeout(resolve, 15));
	}
	response.end();
}

const cases = eachStyle.flatMap(([, style]) =>
	encodings.map((one) => [style.label, one.name, style, one] as const),
);

it.concurrent.each(cases)(
	'At %s, type and size of a %s are those of the whole, although it arrives in pieces',
	alone(0, async (sandbox, _label, _name, style: Style, encoded: Encoded) => {
		const cuts = [[1], [13, 16, 19], [17], [20, 22, 23], [18, 21, 24, 25, 26, 28, 29], [30, 600]];
		let count = 0;
		const server = await listen((_request, response) => {
			void inPieces(response, encoded, cuts[count++ % cuts.length]);
		});
		for (const on of ['submit', 'poll'] as const) {
			sandbox.fault({ on, times: 99, do: { kind: 'resultUrl', to: `${server.url}/image` } });
		}
		const items = cuts.map(() => ({ json: {} }));
		const done = await runStyle(style, sandbox, style.small, { items });

		expect(fluxError(done)).toBeUndefined();
		expect([done.items.length, count]).toEqual([cuts.length, cuts.length]);
		const { width, height, mimeType } = encoded.facts;
		for (const item of done.items) {
			expect(item.json).toMatchObject({ width, height, mimeType, fileSize: encoded.bytes.length });
			expect((await done.binary(item)).equals(encoded.bytes)).toBe(true);
		}
		server.close();
	}),
);

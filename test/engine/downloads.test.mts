import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import { imageOf, type Format } from '../support/images.mts';
import { alone, expectImage, fluxError, hurry, model, runFlux } from '../support/flux.mts';
import { listen } from '../support/probe.mts';
import { eachStyle, openAiCompatible, runStyle, type Style } from '../support/styles.mts';

hurry(0.25);

// What comes of each fault of a download, and what is asked again, is in faultMatrix.
const faults = [
	['errors', { kind: 'status' as const, status: 500 }],
	['refusals', { kind: 'expired' as const }],
	['silence', { kind: 'hang' as const }],
	['drops', { kind: 'drip' as const }],
] as const;

it.concurrent.each(
	eachStyle.flatMap(([name, style]) => faults.map(([what, fault]) => [what, name, fault, style] as const)),
)(
	'gives up %s of the delivery host at the deadline, at %s',
	alone(0.02, async (sandbox, _what, _name, fault: (typeof faults)[number][1], style: Style) => {
		sandbox.fault({ on: 'download', do: fault });
		const run = await runStyle(style, sandbox, { ...style.small, settings: { timeout: 8 } });

		const [{ id }] = sandbox.jobs;
		expect(['timeout', 'download-failed']).toContain(fluxError(run)?.code);
		expect(fluxError(run)).toMatchObject({ url: expect.stringContaining(`/delivery/${id}/`) });
		expect(run.seconds).toBeLessThan(2.7);
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: leaves no half image in the output',
	alone(0.02, async (sandbox, _name: string, style: Style) => {
		sandbox.fault({ on: 'download', do: { kind: 'truncate' } });
		const parameters = { ...style.small, settings: { timeout: 8 } };
		const run = await runStyle(style, sandbox, parameters, { onError: 'continueRegularOutput' });

		const [{ id }] = sandbox.jobs;
		expect(run.items[0].binary).toBeUndefined();
		expect(run.items[0].json.error).toMatchObject({ jobId: style.hasJobs ? id : null });
	}),
);

/** Ways of ending too early in which HTTP sees nothing wrong. */
const cuts: Record<string, (response: ServerResponse, half: Buffer, whole: Buffer) => void> = {
	'without a length': (response, half) => {
		response.useChunkedEncodingByDefault = false;
		response.setHeader('connection', 'close').end(half);
	},
	'as a part that nobody asked for': (response, half, { length }) => {
		response.writeHead(206, { 'content-range': `bytes 0-${half.length - 1}/${length}` }).end(half);
	},
	'as half of a packed file': (response, _, whole) => {
		const packed = gzipSync(whole);
		response.setHeader('content-encoding', 'gzip').end(packed.subarray(0, packed.length >> 1));
	},
};
const cutFiles = Object.entries(cuts).flatMap(([how, cut]) =>
	(['png', 'jpeg', 'webp', 'avif'] as const).map((format) => [format, how, cut] as const),
);

/** A server whose file is whole only after so many requests. */
async function cutting(times: number, format: Format, cut: (typeof cuts)[string]) {
	const whole = await imageOf(format, 640, 480);
	let count = 0;
	return await listen((_request, response) => {
		if (count++ < times) cut(response, whole.subarray(0, whole.length >> 1), whole);
		else response.end(whole);
	});
}

it.concurrent.each(cutFiles)(
	'a %s that comes twice %s is fetched again',
	alone(0.02, async (sandbox, format: Format, _how: string, cut) => {
		const server = await cutting(2, format, cut);
		sandbox.fault({ on: 'submit', do: { kind: 'resultUrl', to: `${server.url}/image` } });
		const run = await runFlux(sandbox);
		server.close();

		expect(run.error).toBeUndefined();
		expect(server.requests).toHaveLength(3);
		await expectImage(run);
	}),
);

/** Images that are all there and end in another way than theirs do. */
const odd: Record<string, (whole: Buffer) => Buffer> = {
	'jpeg without its last marker': (whole) => whole.subarray(0, -2),
	'png without its last chunk': (whole) => whole.subarray(0, -12),
	'png with much behind it': (whole) => Buffer.concat([whole, Buffer.alloc(70_000)]),
};
it.concurrent.each(Object.entries(odd))(
	'a %s is taken when it comes in the announced length again',
	alone(0.02, async (sandbox, name: string, change: (whole: Buffer) => Buffer) => {
		const bytes = change(await imageOf(name.startsWith('png') ? 'png' : 'jpeg', 640, 480));
		const server = await listen((_request, response) => response.end(bytes));
		sandbox.fault({ on: 'submit', do: { kind: 'resultUrl', to: `${server.url}/image` } });
		const run = await runFlux(sandbox);
		server.close();

		expect(run.error).toBeUndefined();
		expect(run.items[0].json).toMatchObject({ width: 640, fileSize: bytes.length });
		expect(server.requests).toHaveLength(2);
	}),
);

it.concurrent(
	'an image that is half in the answer itself is delivered as it is, as there is nothing to fetch again',
	alone(0.02, async (sandbox) => {
		const bytes = await imageOf('png', 640, 480);
		const half = bytes.subarray(0, bytes.length >> 1).toString('base64');
		sandbox.fault({ on: 'submit', do: { kind: 'json', body: { data: [{ b64_json: half }] } } });
		const run = await runStyle(openAiCompatible, sandbox, openAiCompatible.small);

		expect(run.error).toBeUndefined();
		expect(run.items[0].json).toMatchObject({ width: 640, height: 480, fileSize: bytes.length >> 1 });
	}),
);

it.concurrent.each([1, 9])(
	'an input image that comes cut off is fetched again, and taken if it is the same then (%d)',
	alone(0.02, async (sandbox, times: number) => {
		const server = await cutting(times, 'png', cuts['without a length']);
		const image = `${server.url}/photo.png`;
		const run = await runFlux(sandbox, { operation: 'fill', model: model('flux-pro-1.0-fill'), image });
		server.close();

		expect(run.error).toBeUndefined();
		expect(server.requests).toHaveLength(2);
	}),
);

it.concurrent.each<[string, (response: ServerResponse) => void]>([
	['a page that never ends', (response) => void response.writeHead(404, { 'content-length': 9 }).write('x')],
	['a large page', (response) => void response.writeHead(500).end(Buffer.alloc(6_000_000))],
	[
		'a redirect that never ends',
		(response) => void response.writeHead(302, { location: '/', 'content-length': 9 }).write('x'),
	],
	['more than 200 MB', (response) => void response.writeHead(200, { 'content-length': 1e9 }).write('x')],
])(
	'a download that is answered by %s leaves no connection open',
	alone(0.02, async (sandbox, _what: string, answer) => {
		const server = await listen((_request, response) => answer(response));
		sandbox.fault({ on: 'submit', do: { kind: 'resultUrl', to: `${server.url}/image` } });
		const run = await runFlux(sandbox, { settings: { timeout: 8 } });

		expect(run.status).toBe('error');
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(server.requests.length).toBeGreaterThan(0);
		expect(server.requests.filter(({ socket }) => !socket.destroyed)).toEqual([]);
		server.close();
	}),
);

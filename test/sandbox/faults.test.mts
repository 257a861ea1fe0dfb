import { ask, bflClient } from './client.mts';
import { startSandbox, type Fault, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let client: ReturnType<typeof bflClient>;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0 });
	client = bflClient(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const submit = () => client.submit('flux-2-pro', { prompt: 'x', width: 64, height: 64 });
const image = () => client.image(sandbox, 'flux-2-pro', { prompt: 'x', width: 64, height: 64 });
const broken = (promise: Promise<unknown>) => expect(promise).rejects.toThrow();

describe('on a submit', () => {
	it.each([402, 403, 422, 429, 500, 502, 503])(
		'status %d is answered and nothing is billed',
		async (status) => {
			sandbox.fault({ on: 'submit', do: { kind: 'status', status, headers: { 'retry-after': '2' } } });
			const reply = await submit();
			expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, '2']);
			expect([sandbox.billed(), sandbox.requests[0]]).toMatchObject([0, { status, fault: 'status' }]);
		},
	);

	it('a reset bills nothing, a reset after accepting does', async () => {
		sandbox.fault({ on: 'submit', times: 1, do: { kind: 'reset' } });
		sandbox.fault({ on: 'submit', times: 1, do: { kind: 'acceptThenReset' } });
		await broken(submit());
		expect(sandbox.billed()).toBe(0);
		await broken(submit());
		expect(sandbox.billed()).toBe(1);
		expect(sandbox.requests.map(({ status }) => status)).toEqual([undefined, undefined]);
	});

	it('an error after accepting is billed too', async () => {
		sandbox.fault({ on: 'submit', do: { kind: 'status', status: 500, accepted: true } });
		expect((await submit()).status).toBe(500);
		expect(sandbox.billed()).toBe(1);
	});

	it('a foreign polling URL, a redirect, a web page or any JSON can be answered', async () => {
		const faults: Fault[] = [
			{ kind: 'pollingUrl', to: 'https://evil.example/steal' },
			{ kind: 'redirect', to: 'https://evil.example/' },
			{ kind: 'html' },
			{ kind: 'json', body: { id: 5 } },
		];
		for (const each of faults) sandbox.fault({ on: 'submit', times: 1, do: each });
		expect((await submit()).json.polling_url).toBe('https://evil.example/steal');
		const redirect = await submit();
		expect([redirect.status, redirect.headers.get('location')]).toEqual([302, 'https://evil.example/']);
		expect((await submit()).headers.get('content-type')).toContain('text/html');
		expect((await submit()).json).toEqual({ id: 5 });
	});

	it('a state is how the job ends', async () => {
		const details = { 'Moderation Reasons': ['Derivative Works'] };
		sandbox.fault({ on: 'submit', do: { kind: 'state', status: 'Request Moderated', details } });
		const { json } = await submit();
		const polled = await client.get(json.polling_url);
		expect([polled.status, polled.json]).toMatchObject([
			200,
			{ status: 'Request Moderated', result: null, details },
		]);
		expect(sandbox.jobs[0].state).toBe('Request Moderated');
		expect((await ask(`${sandbox.url}/delivery/${json.id}/0/sample.jpeg`)).status).toBe(404);
	});
});

describe('on a poll', () => {
	it('a state is said by this poll only, with its HTTP status', async () => {
		sandbox.fault({ on: 'poll', times: 2, do: { kind: 'state', status: 'Task not found', httpStatus: 404 } });
		const { json } = await submit();
		const words = [];
		for (let i = 0; i < 3; i++) {
			const { status, json: state } = await client.get(json.polling_url);
			words.push([status, state.status]);
		}
		expect(words).toEqual([
			[404, 'Task not found'],
			[404, 'Task not found'],
			[200, 'Ready'],
		]);
	});

	it('Ready can come without a result, or with another image URL', async () => {
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'state', status: 'Ready' } });
		sandbox.fault({ on: 'poll', do: { kind: 'resultUrl', to: 'http://10.0.0.1/x.png' } });
		const { json } = await submit();
		expect((await client.get(json.polling_url)).json).toMatchObject({ status: 'Ready', result: null });
		expect((await client.get(json.polling_url)).json.result.sample).toBe('http://10.0.0.1/x.png');
	});

	it('half of the JSON can come, in a whole answer or over a broken connection', async () => {
		const { json } = await submit();
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'truncate' } });
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'truncate', how: 'connection' } });
		const reply = await client.get(json.polling_url);
		expect([reply.status, reply.json]).toEqual([200, undefined]);
		await broken(client.get(json.polling_url));
	});

	it('an answer can hang, drip, be slow or never end', async () => {
		const { json } = await submit();
		const hurried = (signal: AbortSignal) =>
			ask(json.polling_url, { headers: { 'x-key': sandbox.key }, signal });
		const faults: Fault[] = [{ kind: 'hang' }, { kind: 'drip', everyMs: 5 }, { kind: 'slow', seconds: 60 }];
		for (const each of faults) {
			sandbox.clearFaults();
			sandbox.fault({ on: 'poll', do: each });
			await broken(hurried(AbortSignal.timeout(150)));
		}
		sandbox.clearFaults();
		sandbox.fault({ on: 'poll', do: { kind: 'slow', seconds: 0.05 } });
		const begun = Date.now();
		expect((await client.get(json.polling_url)).json.status).toBe('Ready');
		expect(Date.now() - begun).toBeGreaterThanOrEqual(50);
	});
});

describe('on a download', () => {
	it('text can claim to be an image', async () => {
		sandbox.fault({ on: 'download', do: { kind: 'notAnImage' } });
		const { headers, bytes } = await image();
		expect([headers.get('content-type'), bytes.toString()]).toEqual([
			'image/png',
			expect.stringMatching(/^This is not/),
		]);
	});

	it('the image can be gone', async () => {
		sandbox.fault({ on: 'download', times: 1, do: { kind: 'expired' } });
		sandbox.fault({ on: 'download', do: { kind: 'expired', status: 404 } });
		expect([(await image()).status, (await image()).status]).toEqual([403, 404]);
	});

	it('the image can be cut off, or be shorter than announced', async () => {
		sandbox.fault({ on: 'download', times: 1, do: { kind: 'truncate' } });
		sandbox.fault({ on: 'download', times: 1, do: { kind: 'wrongLength' } });
		await broken(image());
		await broken(image());
		expect((await image()).status).toBe(200);
	});

	it('the image can be longer than announced, so that a part of it looks whole', async () => {
		const body = { prompt: 'x', seed: 1, width: 64, height: 64 };
		const whole = (await client.image(sandbox, 'flux-2-pro', body)).bytes;
		sandbox.fault({ on: 'download', do: { kind: 'wrongLength', by: -100 } });
		const { bytes } = await client.image(sandbox, 'flux-2-pro', body);
		expect(bytes).toEqual(whole.subarray(0, -100));
	});

	it.each([
		[{}, String(100e9)],
		[{ bytes: 5e6 }, '5000000'],
		[{ endless: true }, null],
	])('the image can be too large: %j', async (how, length) => {
		sandbox.fault({ on: 'download', do: { kind: 'tooLarge', ...how } });
		const { json } = await submit();
		const { result } = (await client.get(json.polling_url)).json;
		const stop = new AbortController();
		const answer = await fetch(result.sample, { signal: stop.signal });
		expect(answer.headers.get('content-length')).toBe(length);
		let read = 0;
		const reader = answer.body!.getReader();
		while (read <= 4e6) read += (await reader.read()).value!.length;
		stop.abort();
		expect(read).toBeGreaterThan(4e6);
	});
});

it('a rule passes the first, hits so many, and only what it is meant for', async () => {
	sandbox.fault({ on: 'submit', after: 1, times: 2, do: { kind: 'status', status: 500 } });
	const statuses = [];
	for (let i = 0; i < 4; i++) statuses.push((await submit()).status);
	expect(statuses).toEqual([200, 500, 500, 200]);
	const [first, second] = sandbox.jobs;
	sandbox.fault({ on: 'poll', match: (_, job) => job === first, do: { kind: 'status', status: 502 } });
	expect((await client.get(`/v1/get_result?id=${first.id}`)).status).toBe(502);
	expect((await client.get(`/v1/get_result?id=${second.id}`)).status).toBe(200);
	sandbox.clearFaults();
	expect((await client.get(`/v1/get_result?id=${first.id}`)).status).toBe(200);
});

it('closing ends hanging and dripping connections', async () => {
	const other = await startSandbox();
	other.fault({ on: 'credits', times: 1, do: { kind: 'hang' } });
	other.fault({ on: 'credits', do: { kind: 'drip' } });
	const get = () => ask(`${other.url}/v1/credits`, { headers: { 'x-key': other.key } });
	const waiting = Promise.allSettled([get(), get()]);
	while (other.requests.length < 2) await new Promise(setImmediate);
	await other.close();
	expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('a reset forgets everything and lets no request wait for ever', async () => {
	sandbox.secondsPerImage = 0.2;
	sandbox.fault({ on: 'poll', do: { kind: 'slow', seconds: 3600 } });
	const { json } = await submit();
	const slow = client.get(json.polling_url);
	while (sandbox.requests.length < 2) await new Promise(setImmediate);
	// the request is noted before its body is read, and only then is it made to wait
	while (!sandbox.requests[1].fault) await new Promise(setImmediate);
	sandbox.credits = 1;
	sandbox.reset();
	sandbox.secondsPerImage = 0;
	expect((await slow).status).toBe(200);
	expect([sandbox.requests, sandbox.jobs, sandbox.billed()]).toEqual([[], [], 0]);
	expect([sandbox.credits, (await submit()).status]).toEqual([10_000, 200]);
});

import { errorText, expectImage, fluxError, job, requestsFor } from '../support/flux.mts';
import { asking, inlineServices, services, useInternet, withLargeFile } from '../support/services.mts';

const at = useInternet();
const { run } = at;
const evil = 'https://evil.example';

it.each(services)(
	'%s gets the key of %s (%j), and no other host does',
	async (origin, style, data, parameters) => {
		const done = await run(style, data, parameters);

		expect(done.error).toBeUndefined();
		await expectImage(done);
		expect(at.keyed()).toEqual([origin]);
		const elsewhere = at.arrived.filter((one) => one.origin !== origin);
		expect(elsewhere).toMatchObject([{ origin: 'https://delivery.example', method: 'GET' }]);
		expect(at.arrived).toHaveLength(at.sandbox.requests.length);
		expect(done.everything()).not.toContain(at.sandbox.key);
	},
);

it.each(inlineServices)(
	'%s alone is asked by %s (%j), and gets the key',
	async (origin, style, data, parameters) => {
		const done = await run(style, data, parameters);

		await expectImage(done);
		expect(at.keyed()).toEqual([origin]);
		expect(at.asked()).toEqual([origin]);
		expect(done.everything()).not.toContain(at.sandbox.key);
	},
);

it('does not follow a question about a model to another host', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'redirect', to: `${evil}/models`, status: 302 } });
	const [origin, style, data, parameters] = inlineServices[0];
	await expectImage(await run(style, data, parameters));

	expect(requestsFor(at.sandbox, 'models')).toHaveLength(1);
	expect(at.asked()).toEqual([origin]);
});

describe('A polling URL of Black Forest Labs', () => {
	const id = 'get_result?id=1';
	it.each([
		['a foreign host', `https://evil.example/v1/${id}`],
		['a host that starts alike', `https://bfl.ai.evil.com/v1/${id}`],
		['a host that starts like the own one', `https://api.bfl.ai.evil.com/v1/${id}`],
		['a host that ends alike', `https://evil-bfl.ai/v1/${id}`],
		['the bare domain', `https://bfl.ai/v1/${id}`],
		['a cluster without encryption', `http://api.us1.bfl.ai/v1/${id}`],
		['another port of the own host', `https://api.bfl.ai:8443/v1/${id}`],
		['another port of a cluster', `https://api.us1.bfl.ai:8443/v1/${id}`],
		['a cluster with a user', `https://user:word@api.us1.bfl.ai/v1/${id}`],
		['a host behind the own one as user', `https://api.bfl.ai@evil.example/v1/${id}`],
		['a host before a backslash', `https://evil.example\\.bfl.ai/v1/${id}`],
		['a private address', `http://10.0.0.1/v1/${id}`],
		['another service', `https://api.replicate.com/v1/${id}`],
		['a host without a protocol', `//evil.example/v1/${id}`],
		['a host behind a backslash', `/\\evil.example/v1/${id}`],
		['no URL', 'javascript:alert(1)'],
	])('that names %s is not asked', async (_name, to) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'pollingUrl', to } });
		const done = await run('blackForestLabs', {});
		const [{ id: jobId }] = at.sandbox.jobs;

		expect(fluxError(done)).toMatchObject({ code: 'untrusted-host', jobId, pollingUrl: null });
		expect(errorText(done)).not.toContain(to);
		expect(at.arrived.map(({ origin, method }) => [origin, method])).toEqual([
			['https://api.bfl.ai', 'POST'],
		]);

		const got = await run('blackForestLabs', {}, job(jobId, { pollingUrl: to }));
		const isUrl = /^https?:/.test(to);
		const refused = isUrl ? { code: 'untrusted-host', jobId, pollingUrl: null } : { code: 'invalid-input' };
		expect(fluxError(got)).toMatchObject(refused);
		expect(at.arrived).toHaveLength(1);
		// As the error says.
		expect(errorText(got)).toMatch(isUrl ? /Without a Polling URL/ : /'Polling URL'/);
		await expectImage(await run('blackForestLabs', {}, job(jobId)));
	});

	it.each(['http://api.bfl.ai', 'https://user:word@api.bfl.ai'])(
		'that names the own host as %s is asked as the credential names it',
		async (named) => {
			at.sandbox.fault({ on: 'submit', do: { kind: 'pollingUrl', to: `${named}/v1/get_result?id=1` } });
			const done = await run('blackForestLabs', {}, { waitForCompletion: false });

			const pollingUrl = 'https://api.bfl.ai/v1/get_result?id=1';
			expect(done.items[0].json).toMatchObject({ status: 'submitted', pollingUrl });
		},
	);

	it('that names a cluster is asked there, with the key', async () => {
		const { items } = await run('blackForestLabs', {}, { waitForCompletion: false });
		const jobId = items[0].json.jobId as string;
		at.arrived.length = 0;
		const pollingUrl = `https://api.us1.bfl.ai/v1/get_result?id=${jobId}`;
		const done = await run('blackForestLabs', {}, job(jobId, { pollingUrl }));

		await expectImage(done);
		expect(at.keyed()).toEqual(['https://api.us1.bfl.ai']);
	});

	it('that names a cluster is not asked with the key of another server', async () => {
		const pollingUrl = `https://api.us1.bfl.ai/v1/${id}`;
		const own = { region: 'custom', baseUrl: 'https://images.example.com' };
		const done = await run('blackForestLabs', own, job('1', { pollingUrl }));

		expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
		expect(at.arrived).toEqual([]);
	});
});

it.each(['replicate', 'crazyrouter'])('does not ask the urls that %s answers', async (service) => {
	const urls = { get: `${evil}/get`, cancel: `${evil}/cancel`, stream: `${evil}/stream` };
	const id = `job-of-${service}`;
	const body = { id, status: 'starting', output: null, error: null, urls };
	at.sandbox.fault({ on: 'submit', do: { kind: 'json', body, status: 201 } });
	at.sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
	const done = await run('replicate', { service }, { settings: { timeout: 1 } });

	expect(fluxError(done)).toMatchObject({ code: 'timeout', jobId: id });
	// The last request of the test before may come late.
	const polls = at.arrived.filter(({ url }) => url.includes(id));
	expect(new Set(polls.map(({ origin }) => origin)).size).toBe(1);
	expect(at.arrived.every(({ url }) => /\/(predictions|predictions\/job-of-\w+)$/.test(url))).toBe(true);
});

describe.each(services)('At %s', (origin, style, data, parameters) => {
	it.each([
		['a foreign host', `${evil}/picture.png`, evil],
		['a host with a user', 'https://user:word@evil.example/picture.png', evil],
		['another port of the own host', `${origin}:8443/picture.png`, `${origin}:8443`],
		[
			'the own host without encryption',
			`${origin.replace('https', 'http')}/p.png`,
			origin.replace('https', 'http'),
		],
		['the own host', `${origin}/picture.png`, origin],
		['a cluster', 'https://api.us1.bfl.ai/picture.png', 'https://api.us1.bfl.ai'],
	])('an image at %s is fetched without the key', async (_name, to, from) => {
		for (const on of ['submit', 'poll'] as const) at.sandbox.fault({ on, do: { kind: 'resultUrl', to } });
		const done = await run(style, data, { ...parameters, settings: { timeout: 2 } });

		expect(done.status).toBe('error');
		const fetched = at.arrived.filter(({ url }) => /\/p\w*\.png$/.test(url));
		expect(fetched.length).toBeGreaterThan(0);
		expect(new Set(fetched.map((one) => one.origin))).toEqual(new Set([from]));
		for (const one of fetched) {
			expect(JSON.stringify(one)).not.toContain(at.sandbox.key);
			expect(one.headers).not.toMatch(/bearer|x-key|x-api-key|cookie/i);
		}
		expect(at.keyed()).toEqual([origin]);
	});
});

describe.each(asking)('A redirect of the %s of %s (%j)', (on, style, parameters) => {
	it.each([
		[301, `${evil}/x`],
		[302, '//evil.example/x'],
		[303, 'https://user:word@evil.example/x'],
		[307, 'http://api.us1.bfl.ai/x'],
		[308, `${evil}/x`],
	])('with HTTP %d to %s is not followed', async (status, to) => {
		at.sandbox.fault({ on, do: { kind: 'redirect', to, status } });
		const done = await run(style, {}, parameters, await withLargeFile());

		expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
		expect(at.asked()).toHaveLength(1);
		expect(requestsFor(at.sandbox, on)).toHaveLength(1);
		expect(done.everything()).not.toContain(at.sandbox.key);
	});
});

describe('A credential that n8n limits to some domains', () => {
	/** What every credential has in n8n to limit where it may be used. */
	const only = (allowedDomains: string) => ({ allowedHttpRequestDomains: 'domains', allowedDomains });

	it.each(services)(
		'%s is asked if the credential allows its domain, and images are fetched all the same',
		async (...one) => {
			const [origin, style, data, parameters] = one;
			const done = await run(
				style,
				{ ...data, ...only(`other.example, ${new URL(origin).hostname}`) },
				parameters,
			);

			await expectImage(done);
			expect(at.asked().sort()).toEqual([origin, 'https://delivery.example'].sort());
		},
	);

	describe.each(asking)('The %s of %s (%j)', (on, style, parameters) => {
		it('is not sent if the credential does not allow the domain', async () => {
			const done = await run(style, only('*.example.com, example.org'), parameters, await withLargeFile());

			expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
			expect(done.error?.message).toContain(
				'Only the following domains are allowed: *.example.com, example.org',
			);
			expect(at.arrived).toEqual([]);
			expect(requestsFor(at.sandbox, on)).toEqual([]);
		});
	});

	it.each(inlineServices)(
		'%s is asked for nothing by %s (%j) if the credential does not allow its domain',
		async (origin, style, data, parameters) => {
			await expectImage(await run(style, { ...data, ...only(new URL(origin).hostname) }, parameters));
			expect(at.asked()).toEqual([origin]);

			at.arrived.length = 0;
			const done = await run(style, { ...data, ...only('other.example') }, parameters);
			expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
			expect(at.arrived).toEqual([]);
		},
	);

	it('keeps the job if the credential does not allow the cluster that has it', async () => {
		const to = 'https://api.us1.bfl.ai/v1/get_result?id=1';
		at.sandbox.fault({ on: 'submit', do: { kind: 'pollingUrl', to } });
		const done = await run('blackForestLabs', only('api.bfl.ai'));

		expect(fluxError(done)).toMatchObject({
			code: 'untrusted-host',
			jobId: at.sandbox.jobs[0].id,
			pollingUrl: to,
		});
		expect(at.asked()).toEqual(['https://api.bfl.ai']);
	});

	it('asks a cluster that the credential allows by a pattern', async () => {
		const { items } = await run('blackForestLabs', {}, { waitForCompletion: false });
		const jobId = items[0].json.jobId as string;
		const pollingUrl = `https://api.us1.bfl.ai/v1/get_result?id=${jobId}`;
		await expectImage(await run('blackForestLabs', only('*.bfl.ai'), job(jobId, { pollingUrl })));
	});

	it('works with a credential that is closed to the HTTP Request node', async () => {
		await expectImage(await run('apiframe', { allowedHttpRequestDomains: 'none' }));
	});

	it('does nothing with a credential that allows no domain', async () => {
		const done = await run('apiframe', only(''));

		expect(done.error?.message).toContain('No allowed domains specified');
		expect(at.arrived).toEqual([]);
	});
});

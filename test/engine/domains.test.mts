import { expectImage, fluxError, hurry, job, requestsFor } from '../support/flux.mts';
import { asking, inlineServices, services, useInternet, withLargeFile } from '../support/services.mts';

hurry(0.25);

const at = useInternet();
const { run } = at;
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

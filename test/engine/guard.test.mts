import { ssrfProtection } from '../support/core.mts';
import { expectImage, fluxError, requestsFor, useSandbox } from '../support/flux.mts';
import { listen } from '../support/probe.mts';
import { runStyle, eachStyle } from '../support/styles.mts';

const at = useSandbox();
let blocked: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
	blocked = await listen((_, response) => response.writeHead(200).end('{}'), '127.0.0.2');
	// Read once by n8n, when it sends its first request.
	ssrfProtection.allowedIpRanges = ['127.0.0.1/32'];
});
beforeEach(() => {
	ssrfProtection.enabled = true;
	blocked.requests.length = 0;
});
afterAll(() => {
	ssrfProtection.enabled = false;
	blocked.close();
});

describe.each(eachStyle)("n8n's guard against requests into its own network, with %s", (_, style) => {
	it('lets pass what it allows', async () => {
		await expectImage(await runStyle(style, at.sandbox));
	});

	it('stops submits', async () => {
		const run = await runStyle(style, { key: at.sandbox.key, url: blocked.url });

		expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId: null });
		expect(run.error?.message).toContain('n8n does not allow it');
		expect(blocked.requests).toEqual([]);
	});

	it.each(['resultUrl', 'redirect'] as const)(
		'stops downloads (%s), and the billed job is told',
		async (kind) => {
			const to = `${blocked.url}/picture.png`;
			if (kind === 'redirect') at.sandbox.fault({ on: 'download', do: { kind, to } });
			else for (const on of ['submit', 'poll'] as const) at.sandbox.fault({ on, do: { kind, to } });
			const run = await runStyle(style, at.sandbox);

			const jobId = style.hasJobs ? at.sandbox.jobs[0].id : null;
			expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId });
			expect(fluxError(run)!.url).toEqual(kind === 'resultUrl' ? to : expect.stringContaining('/delivery/'));
			expect(run.error?.message).toContain('n8n does not allow it');
			expect(blocked.requests).toEqual([]);
			expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
		},
	);
});

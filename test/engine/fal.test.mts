import { errorText, expectImage, fluxError, requestsFor, submitted, useSandbox } from '../support/flux.mts';
import { imageOf } from '../support/images.mts';
import { fal, model, runStyle } from '../support/styles.mts';

const at = useSandbox();
const isResult = ({ url }: { url: string }) => /\/requests\/[^/]+$/.test(url);
const job = (more: object) => ({ resource: 'job', operation: 'get', ...more });

it('submits to the endpoint of the operation, asks for the state, then for the result', async () => {
	const done = await runStyle(fal, at.sandbox, { size: '640x480', options: { safetyTolerance: 3 } });
	expect(done.error === undefined ? '' : errorText(done)).toBe('');
	await expectImage(done);
	const [submit, ...others] = at.sandbox.requests;
	expect(submit.body).toEqual({
		...{ prompt: 'A red fox', image_size: { width: 640, height: 480 }, safety_tolerance: '3' },
	});
	const place = `/fal/fal-ai/flux-2-pro/requests/${at.sandbox.jobs[0].id}`;
	expect(others.map(({ url }) => url)).toEqual(expect.arrayContaining([`${place}/status`, place]));
});

it('sends a ratio by its name, and each LoRA with its strength', async () => {
	const done = await runStyle(fal, at.sandbox, {
		...{ model: model('fal-ai/flux-lora'), size: '16:9', loraId: 'acme/one, acme/two' },
		options: { loraStrength: '0.5' },
	});
	expect(done.error === undefined ? '' : errorText(done)).toBe('');
	expect(at.sandbox.requests[0].body).toMatchObject({
		image_size: 'landscape_16_9',
		loras: [
			{ path: 'acme/one', scale: 0.5 },
			{ path: 'acme/two', scale: 0.5 },
		],
	});
});

it('finds a job by the model and its id, or by its polling URL', async () => {
	const made = await runStyle(fal, at.sandbox, { ...fal.small, waitForCompletion: false });
	const [{ json }] = made.items;
	const jobId = String(json.jobId);
	for (const how of [
		{ jobId: `fal-ai/flux-2-pro/${jobId}` },
		{ jobId, pollingUrl: json.pollingUrl as string },
	])
		await expectImage(await runStyle(fal, at.sandbox, job(how)));
	const alone = await runStyle(fal, at.sandbox, job({ jobId }));
	expect(fluxError(alone)).toMatchObject({ code: 'invalid-input' });
	expect(errorText(alone)).toContain('fal-ai/flux-2-pro/JOB-ID');
	expect(errorText(alone)).toContain(`Job ID: ${jobId}.`);
	expect(errorText(alone)).not.toContain('Nothing was billed');
});

it.each([301, 307, 400])(
	'submits nothing with an input image whose storage answers %d, because it did not take the file',
	async (status) => {
		const match = ({ method }: { method: string }) => method === 'PUT';
		at.sandbox.fault({ on: 'upload', match, do: { kind: 'redirect', to: '/elsewhere', status } });
		const file = Buffer.concat([await imageOf('png', 64, 48), Buffer.alloc(300 * 1024, 7)]);
		const items = [{ json: {}, binary: { data: { data: file.toString('base64'), mimeType: 'image/png' } } }];
		const done = await runStyle(fal, at.sandbox, fal.edit, { items });

		expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable' });
		expect(errorText(done)).toContain(`did not take the file (HTTP ${status})`);
		expect(requestsFor(at.sandbox, 'submit')).toEqual([]);
	},
);

it('says that the credit is used up', async () => {
	at.sandbox.credits = 0;
	const done = await runStyle(fal, at.sandbox);
	at.sandbox.credits = 100;
	expect(fluxError(done)).toMatchObject({ code: 'insufficient-credits' });
	expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
});

it.each<[string, number, Record<string, string>, object]>([
	[
		'of a kind that has a name',
		504,
		{ 'x-fal-error-type': 'request_timeout' },
		{ error_type: 'request_timeout' },
	],
	['that no other try mends', 500, { 'x-fal-retryable': 'false' }, {}],
])('takes a result with an error %s for the end of the job', async (_, status, headers, more) => {
	const body = { detail: 'The runner gave up', ...more };
	at.sandbox.fault({ on: 'poll', match: isResult, do: { kind: 'status', status, headers, body } });
	const done = await runStyle(fal, at.sandbox, fal.small);
	expect(fluxError(done)).toMatchObject({ code: 'job-failed', jobId: at.sandbox.jobs[0].id });
	expect(done.error?.message).toContain('The runner gave up');
	expect(at.sandbox.requests.filter(isResult)).toHaveLength(1);
});

it.each<[string, number, object, string]>([
	[
		'the model',
		500,
		{ detail: [{ loc: ['body'], msg: 'No luck', type: 'downstream_service_error' }] },
		'failed',
	],
	['the model', 400, { detail: [{ loc: ['body'], msg: 'No luck', type: 'image_load_error' }] }, 'failed'],
	['the model', 400, { detail: 'No luck' }, 'failed'],
	['the queue', 499, { detail: 'No luck', error_type: 'client_cancelled' }, 'cancelled'],
])('ends a job whose result is an error of %s with HTTP %d and %j', async (_, status, body, end) => {
	at.sandbox.fault({ on: 'poll', match: isResult, do: { kind: 'status', status, body } });
	const done = await runStyle(fal, at.sandbox, fal.small);
	expect(fluxError(done)).toMatchObject({ code: `job-${end}`, jobId: at.sandbox.jobs[0].id });
	expect(errorText(done)).not.toContain('To collect');
	expect(at.sandbox.requests.filter(isResult)).toHaveLength(1);
});

it('sends several images in the list of a model by ID, which may also have a field for one', async () => {
	const referenceImages = [1, 2].map((name) => `https://img.example/${name}.png`);
	const by = { operation: 'edit', model: model('blackforestlabs/flux-9/edit', 'id'), referenceImages };
	await runStyle(fal, at.sandbox, by);
	expect(submitted(at.sandbox)[0]).toMatchObject({ image_urls: referenceImages });
});

it('sends the strength of a LoRA to a model by ID', async () => {
	const by = { model: model('fal-ai/any-lora', 'id'), loraId: 'acme/one', options: { loraStrength: 0.8 } };
	await runStyle(fal, at.sandbox, by);
	expect(submitted(at.sandbox)[0]).toMatchObject({ loras: [{ path: 'acme/one', scale: 0.8 }] });
});

it.each([2, 3])('says in the log that %i images of 3 were made', async (count) => {
	const url = `data:image/png;base64,${(await imageOf('png')).toString('base64')}`;
	const body = { images: Array(count).fill({ url }) };
	at.sandbox.fault({ on: 'poll', match: isResult, do: { kind: 'json', body } });
	const done = await runStyle(fal, at.sandbox, {
		...{ model: model('fal-ai/flux/schnell'), options: { numberOfImages: 3 } },
	});
	expect(done.error).toBeUndefined();
	expect(done.items.map(({ json }) => json.imageCount)).toEqual(Array(count).fill(3));
	expect(done.logs.join().includes('fal made 2 of 3 images')).toBe(count < 3);
});

it('asks for the result of a job that failed, which tells why', async () => {
	const failed = { status: 'COMPLETED', error: 'Invalid status code: 422', error_type: null };
	const isState = ({ url }: { url: string }) => url.endsWith('/status');
	at.sandbox.fault({ on: 'poll', match: isState, do: { kind: 'json', body: failed } });
	const detail = [{ loc: ['body', 'prompt'], msg: 'Too rude', type: 'content_policy_violation' }];
	at.sandbox.fault({ on: 'poll', match: isResult, do: { kind: 'status', status: 422, body: { detail } } });
	const done = await runStyle(fal, at.sandbox, fal.small);
	expect(fluxError(done)).toMatchObject({ code: 'prompt-moderated' });
	expect(done.error?.message).toContain('Too rude');
});

it('takes an image that is written into the result, which may be larger than other answers', async () => {
	const png = Buffer.concat([await imageOf('png'), Buffer.alloc(3_000_000)]);
	const body = { images: [{ url: `data:image/png;base64,${png.toString('base64')}` }], seed: 7 };
	at.sandbox.fault({ on: 'poll', match: isResult, do: { kind: 'json', body } });
	const options = { additionalBody: '{"sync_mode": true}' };
	const done = await runStyle(fal, at.sandbox, { ...fal.small, options });
	expect(done.error === undefined ? '' : errorText(done)).toBe('');
	await expectImage(done);
});

it('asks again for a result that fal says may come', async () => {
	const headers = { 'x-fal-retryable': 'true' };
	const fault = { kind: 'status', status: 503, headers } as const;
	at.sandbox.fault({ on: 'poll', times: 1, match: isResult, do: fault });
	await expectImage(await runStyle(fal, at.sandbox, fal.small));
	expect(at.sandbox.requests.filter(isResult)).toHaveLength(2);
	expect(at.sandbox.billed()).toBe(1);
});

it('follows a job to its end where a webhook is told too, though its confirmation names no place', async () => {
	const webhookUrl = `${at.sandbox.url}/hook`;
	const done = await runStyle(fal, at.sandbox, { ...fal.small, settings: { webhookUrl } });
	await expectImage(done);
	expect(at.sandbox.requests[0].url).toContain(`?fal_webhook=${encodeURIComponent(webhookUrl)}`);
	expect(requestsFor(at.sandbox, 'submit')[0].body).not.toHaveProperty('fal_webhook');
});

it('gives no black image that the safety checker flagged', async () => {
	const images = [1, 2].map(() => ({ url: `${at.sandbox.url}/delivery/uploads/x` }));
	const body = { images, seed: 1, prompt: 'x', has_nsfw_concepts: [true, true], status: 'COMPLETED' };
	at.sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
	const done = await runStyle(fal, at.sandbox, { model: model('fal-ai/flux/schnell') });
	expect(fluxError(done)).toMatchObject({ code: 'image-moderated' });
});

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ImageOperation, Model } from '../apis/api';
import { asFluxError, FluxError, toErrorItem } from '../errors';
import { toImageForm, type ImageReader } from '../images/input';
import { buildBody } from '../parameters/body';
import { readModel, readNumberOfImages, readValues } from '../parameters/read';
import { wireFields } from '../parameters/wire';
import { deliver } from './deliver';
import { follow } from './follow';
import { gateOf } from './gate';
import { submittedItem, type About } from './output';
import { Purchases, requestHash, type Purchase } from './purchases';
import { placeOf, type Workplace } from './workplace';

/** Makes the pictures of one item: everything is checked before anything is bought. */
export async function makeImages(
	workplace: Workplace,
	operation: ImageOperation,
): Promise<INodeExecutionData[]> {
	const { context, api } = workplace;
	const model = readModel(context, api, operation);
	const values = readValues(context);
	const imageCount = readNumberOfImages(values);
	const reader = imageReader(workplace);
	const body = await buildBody(
		model,
		operation,
		values,
		async (value, form, label) => await toImageForm(value, form, label, reader),
	);
	const purchases = new Purchases(context);
	const settled = await Promise.allSettled(
		Array.from({ length: imageCount }, async (_, imageIndex) => {
			const own = nthBody(body, imageIndex, model);
			return await makeImage(
				workplace,
				purchases,
				model,
				own,
				aboutImage(workplace, model, own, { imageIndex, imageCount }),
			);
		}),
	);
	return collectResults(settled, (error) => toErrorItem(error, placeOf(context)), context.continueOnFail());
}

/** Several pictures of a model that makes one a job: as many jobs, with rising seeds if one was set. */
function nthBody(body: IDataObject, index: number, model: Model): IDataObject {
	const field = wireFields(model.body).find(({ parameter }) => parameter === 'seed')?.name;
	const seed = field === undefined ? undefined : body[field];
	return field !== undefined && typeof seed === 'number' && index > 0
		? { ...body, [field]: seed + index }
		: body;
}

/** With *On Error: Continue* finished pictures come out beside the errors of the others; else the first error names them. */
function collectResults(
	settled: Array<PromiseSettledResult<INodeExecutionData[]>>,
	toItem: (error: FluxError) => INodeExecutionData,
	goesOn: boolean,
): INodeExecutionData[] {
	const errors = settled.flatMap((one) => (one.status === 'rejected' ? [asFluxError(one.reason)] : []));
	if (errors.length > 0 && !goesOn) {
		const finished = settled
			.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
			.map(({ json }) => json.jobId);
		throw finished.length === 0
			? errors[0]
			: errors[0].alsoSay(`Finished meanwhile and not delivered: ${finished.join(', ')}.`);
	}
	return settled.flatMap((one) =>
		one.status === 'fulfilled' ? one.value : [toItem(asFluxError(one.reason))],
	);
}

async function makeImage(
	workplace: Workplace,
	purchases: Purchases,
	model: Model,
	body: IDataObject,
	about: About,
): Promise<INodeExecutionData[]> {
	const { api, account, client, deadline } = workplace;
	const request = requestHash(account.id, model.id, body, about.imageIndex);
	const bought = purchases.find(request);
	const { job, ready } = await inPlace(workplace, model, async () => {
		const accepted = bought ?? (await buy(workplace, model, body));
		purchases.remember(request, accepted);
		if (!waitsFor(workplace, accepted)) return { job: accepted, ready: undefined };
		const way = { kind: `${account.baseUrl}/${model.id}`, fresh: bought === undefined };
		return { job: accepted, ready: await traced(accepted, follow(api, client, accepted, deadline, way)) };
	});
	const known: About = { ...about, jobId: job.jobId, cost: job.cost, submittedAt: job.submittedAt };
	if (ready === undefined) return [submittedItem(known, job.pollingUrl)];
	return await traced(job, deliver(workplace, ready, known, model.imageLifetimeSeconds));

	async function traced<T>(one: Purchase, promise: Promise<T>): Promise<T> {
		return await promise.catch((error: unknown) => {
			const flux = asFluxError(error).withTrace({ jobId: one.jobId, pollingUrl: one.pollingUrl });
			if (flux.isFinal) purchases.forget(request);
			throw flux;
		});
	}
}

const waitsFor = ({ context }: Workplace, job: Purchase) =>
	job.silent !== true && context.getNodeParameter('waitForCompletion', true) !== false;

/** Runs `action` in a place of the account's gate, and of the model's own where the provider allows fewer of it. */
async function inPlace<T>(
	{ account, gate, deadline, api, settings }: Workplace,
	model: Model,
	action: () => Promise<T>,
): Promise<T> {
	const leaves: Array<() => void> = [];
	try {
		if (model.maxConcurrency !== undefined) {
			leaves.push(await gateOf(`${account.id}/${model.id}`).enter(model.maxConcurrency, deadline));
		}
		leaves.push(await gate.enter(settings.maxConcurrency ?? api.maxConcurrency, deadline));
		return await action();
	} finally {
		for (const leave of leaves) leave();
	}
}

/** Submits a job. What is thrown before an answer came says itself whether something may have been bought. */
async function buy({ api, client }: Workplace, model: Model, body: IDataObject): Promise<Purchase> {
	const submittedAt = Date.now();
	const answer = await client.submit(api.submit(model, body));
	if (answer.status >= 400) {
		const { code, words } = api.refusal(answer);
		throw new FluxError(code, `${api.label} refused the request (HTTP ${answer.status}): ${words}`);
	}
	const job = api.readSubmit(answer);
	if (!('unreadable' in job)) return { ...job, submittedAt };
	throw new FluxError(
		'bad-response',
		`${api.label} answered the order without ${job.unreadable}: "${answer.excerpt}"`,
		{
			advice:
				'The job may have been accepted and charged. Check the base URL in the credential, and the usage page of your account before you run the node again.',
		},
	);
}

function aboutImage(
	{ api, context }: Workplace,
	model: Model,
	body: IDataObject,
	place: { imageIndex: number; imageCount: number },
): About {
	const sent = Object.fromEntries(
		wireFields(model.body).map(({ parameter, name }) => [parameter, body[name]]),
	);
	return {
		...place,
		api,
		model: model.id,
		jobId: null,
		prompt: typeof sent.prompt === 'string' ? sent.prompt : null,
		seed: typeof sent.seed === 'number' ? sent.seed : null,
		cost: undefined,
		submittedAt: Date.now(),
		itemIndex: context.getItemIndex(),
	};
}

function imageReader({ context, client }: Workplace): ImageReader {
	return {
		binaryFields: Object.keys(context.getInputData().binary ?? {}),
		readBinary: async (name) => {
			context.helpers.assertBinaryData(name);
			return await context.helpers.getBinaryDataBuffer(name);
		},
		fetchUrl: async (url) =>
			await client.download(url, async ({ body }) => await context.helpers.binaryToBuffer(body)),
	};
}

import type { INodeExecutionData } from 'n8n-workflow';

import type { ImageOperation, Job, JobState, Model, ReadyState } from '../provider';
import { asFluxError, FluxError } from '../errors/fluxError';
import { buildRequest, type Plan } from './buildRequest';
import { isAwaited, readModel, readNumberOfImages, readValues, type Values } from './readParameters';
import { modelAsTold } from './modelAsTold';
import { fieldsOf } from '../catalogue/modelFields';
import type { ParameterName } from '../catalogue/parameters';
import { cancelJob, errorOfState, isForgotten, isOld, waitForJob } from './poll';
import { fileAt, imageConverter } from './inputImages';
import { lost, submit } from './submit';
import { collectItems, deliver, isWhole, submittedItem, type About } from './output';
import { askedIn, requestHash, runNameOf, sentHash } from './identity';
import { ofJob, type JobContext } from './context';
import type { Ticket } from '../limits/concurrency';
import { now } from '../limits/pace';

/** Makes the images of one item: everything is checked before anything is submitted. */
export async function generateImages(
	jobContext: JobContext,
	operation: ImageOperation,
): Promise<INodeExecutionData[]> {
	const { context, api, account, submitted } = jobContext;
	const chosen = readModel(context, api, operation, account.service);
	const values = readValues(context);
	const model = await modelAsTold(jobContext, chosen, operation, values);
	// An item that waits holds no input images; what an earlier try has finished does not wait.
	const ticket = submitted.isFirstTry ? await takePlace(jobContext, model) : undefined;
	return await generateAll(jobContext, { model, operation, values }, ticket).finally(() => ticket?.leave());
}

async function generateAll(
	jobContext: JobContext,
	{ model, operation, values }: Pick<Plan, 'model' | 'operation'> & { values: Values },
	ticket: Ticket | undefined,
): Promise<INodeExecutionData[]> {
	const { api, context, account } = jobContext;
	const imageCount = readNumberOfImages(values);
	const makesAll = fieldsOf(model.body).some(({ parameter }) => parameter === 'numberOfImages');
	const convert = imageConverter(jobContext);
	const plans = plansFor(await buildRequest(model, operation, values, convert), makesAll ? 1 : imageCount);
	const asked = requestHash(askedIn(context, { ...values, model: model.id }));
	const images = plans.map(async (plan, imageIndex) => {
		const request = requestHash(account.id, asked, imageIndex);
		const about = aboutImage(plan, { imageIndex, imageCount });
		return await generateImage(jobContext, plan, request, about, imageIndex === 0 ? ticket : undefined);
	});
	const items = collectItems(context, await Promise.allSettled(images));
	const isMade = items.every(({ json }) => json.status === 'completed');
	if (isMade && items.length < imageCount)
		context.logger.warn(
			`Flux: ${api.label} made ${items.length} of ${imageCount} images (node "${context.getNode().name}", item ${context.getItemIndex()})`,
		);
	return items;
}

/** Several images of a model that makes one a job: as many jobs, with rising seeds if one was set. */
function plansFor(plan: Plan, count: number): Plan[] {
	const field = fieldsOf(plan.model.body).find(({ parameter }) => parameter === 'seed')?.name;
	const seed = field === undefined ? undefined : plan.body[field];
	// Where a negative seed is taken, it asks for a random one each time.
	const isRaised = field !== undefined && typeof seed === 'number' && seed >= 0;
	return Array.from({ length: count }, (_, index) => ({
		...plan,
		body: isRaised ? { ...plan.body, [field]: seed + index } : { ...plan.body },
	}));
}

async function generateImage(
	jobContext: JobContext,
	plan: Plan,
	request: string,
	about: About,
	ticket: Ticket | undefined,
): Promise<INodeExecutionData[]> {
	const { account, api, context, deadline, submitted } = jobContext;
	const { model } = plan;
	const sentNow = sentHash(account.id, about.imageIndex, plan, (link) => fileAt(context, link));
	const entry = submitted.of(request, sentNow);
	if (entry.items !== undefined) return entry.items;
	const work = inPlace(ticket ?? takePlace(jobContext, model), async (place) => {
		// Who knows a submit by its key answers it again; elsewhere it must not be sent while the first may still be answered.
		if (api.isIdempotent !== true && entry.underWay) await deadline.unlessOver(entry.underWay);
		const known = entry.accepted;
		const isSame = api.isIdempotent === true && entry.isLost === true;
		if (known === undefined && !isSame) {
			entry.sent = { model: about.model, prompt: about.prompt, seed: about.seed };
			entry.sentHash = sentNow;
		}
		const { state, ...job } = known ?? (await submit(jobContext, plan, request, place));
		const isWaitedFor = job.webhookOnly !== true && isAwaited(context);
		if (job.id !== undefined && !isWaitedFor) return { job, ready: undefined };
		// Of an earlier try the links may be dead by now, and the job tells new ones.
		const isAnswer = known === undefined || job.id === undefined;
		if (state?.is === 'ready' && state.images.length > 0 && isAnswer) return { job, ready: state };
		return { job, ready: await traced(job, wait(jobContext, job, state, plan, known === undefined)) };
	});
	// Also an error that comes before this try gets to it names what an earlier one left behind.
	const { job, ready } = await ofJob(entry.accepted ?? {}, work).catch((error: FluxError) => {
		const isUntold = entry.isLost === true && error.trace.mayBeBilled !== true;
		throw isUntold ? lost(error, api) : error;
	});
	const all = { ...about, ...entry.sent, job };
	const items =
		ready === undefined
			? [submittedItem(jobContext, all)]
			: await traced(job, deliver(jobContext, ready, all, model.imageLifetimeSeconds));
	// What could not be fetched is fetched in the next try.
	if (isWhole(items)) submitted.finish(request, items);
	return items;

	async function traced<T>(job: Partial<Job>, work: Promise<T>): Promise<T> {
		return await ofJob(job, work).catch((error: FluxError) => {
			const isGone =
				error.code === 'expired' ? isOld(job) : error.code === 'job-not-found' && isForgotten(job);
			if (error.endsJob || isGone) submitted.forget(request);
			throw error;
		});
	}
}

/** The finished job; a job that runs on when the user stops is cancelled where the provider can. */
async function wait(
	jobContext: JobContext,
	{ id, ...job }: Partial<Job>,
	state: JobState | undefined,
	plan: Plan,
	justSubmitted: boolean,
): Promise<ReadyState> {
	const { api, account, deadline } = jobContext;
	if (id === undefined)
		throw new FluxError('bad-response', `${api.label} answered neither an image nor a job`);
	if (state !== undefined && state.is !== 'running' && state.is !== 'ready') throw errorOfState(state, api);
	const typicalMs = 1000 * (plan.model.typicalSeconds ?? api.jobs?.typicalSeconds ?? 0);
	const how = { justSubmitted, kinds: kindsOf(account.baseUrl, plan), typicalMs };
	return await waitForJob(jobContext, { ...job, id }, how).catch((error: unknown) => {
		if (deadline.stopped) void cancelJob(jobContext, { ...job, id });
		const flux = asFluxError(error);
		throw flux.code === 'timeout' && api.jobs?.atDeadline !== undefined
			? flux.alsoSay(api.jobs.atDeadline)
			: flux;
	});
}

/** What a job takes its time for. */
const slowing: readonly ParameterName[] = [
	'resolution',
	'size',
	'width',
	'height',
	'megapixels',
	'steps',
	'goFast',
	'numberOfImages',
];

/** Jobs of the model that do the same work, and all jobs of the model. */
function kindsOf(baseUrl: string, { model, operation, body }: Plan): string[] {
	const work = fieldsOf(model.body).flatMap(({ parameter, name }) =>
		slowing.includes(parameter) ? [body[name.split('.')[0]]] : [],
	);
	const all = `${baseUrl}/${model.id}`;
	return [JSON.stringify([all, operation, ...work]), all];
}

/** Waits for a place of this node's run, of the account and, where the provider allows fewer of it, of the model. */
async function takePlace(
	{ context, account, concurrency, deadline, api, settings }: JobContext,
	{ id, maxConcurrency }: Model,
): Promise<Ticket> {
	const place = {
		run: runNameOf(context),
		runLimit: settings.maxConcurrency ?? api.maxConcurrency,
		model: maxConcurrency === undefined ? undefined : { id, limit: maxConcurrency },
		accountLimit: api.accountConcurrency?.(account.service),
	};
	return await concurrency.enter(place, deadline);
}

async function inPlace<T>(
	ticket: Ticket | Promise<Ticket>,
	action: (ticket: Ticket) => Promise<T>,
): Promise<T> {
	const place = await ticket;
	return await action(place).finally(place.leave);
}

function aboutImage({ model, body, envelope }: Plan, place: Pick<About, 'imageIndex' | 'imageCount'>): About {
	const all = { ...envelope, ...body };
	const sent = Object.fromEntries(fieldsOf(model.body).map(({ parameter, name }) => [parameter, all[name]]));
	return {
		...place,
		model: model.id,
		job: {},
		prompt: typeof sent.prompt === 'string' ? sent.prompt : null,
		// A negative one asks for a random one.
		seed: typeof sent.seed === 'number' && sent.seed >= 0 ? sent.seed : null,
		startedAt: now(),
	};
}

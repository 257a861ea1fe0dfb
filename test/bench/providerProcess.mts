import type { Core } from '../sandbox/core.mts';
import type { Dialect } from '../sandbox/exchange.mts';
import { drawImage } from '../sandbox/images.mts';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mts';
import type { Answer, Behaviour, Question, Report } from './provider.mts';
import { logNormal, seeded } from './random.mts';

let behaviour: Behaviour = { seconds: 0 };
let takes = () => 0;
let core: Core;
const images = new Map<string, Promise<Buffer>>();

/** One image of each format, so that to draw it takes no time away; a large one is followed by zeros. */
async function imageOf(format: 'png' | 'jpeg' | 'webp'): Promise<Buffer> {
	const bytes = behaviour.imageBytes ?? 0;
	const name = `${format} ${bytes}`;
	const small = { prompt: 'A red fox', model: 'bench', seed: 1, width: 256, height: 256, format };
	const made =
		images.get(name) ??
		drawImage(small).then((image) => Buffer.concat([image, Buffer.alloc(Math.max(0, bytes - image.length))]));
	images.set(name, made);
	return await made;
}

/** Takes hold of what all dialects share, and adds none. */
function takeHold(shared: Core): Dialect {
	core = shared;
	core.image = async (job, index) => await imageOf(job.drawings[index].format);
	Object.defineProperty(core, 'secondsPerImage', { get: () => takes() });
	return { name: 'none', prefix: '/none', routes: [], refuse: () => undefined, error: () => ({}) };
}

const sandbox: Sandbox = await startSandbox({ dialects: [takeHold] });

function begin(next: Behaviour): void {
	behaviour = next;
	sandbox.reset();
	sandbox.clearFaults();
	sandbox.credits = 1e9;
	const { seconds, limit, others = 0, submitSeconds } = behaviour;
	takes =
		typeof seconds === 'number'
			? () => seconds
			: logNormal(seconds.median, seconds.sigma, seeded(seconds.seed));
	if (submitSeconds !== undefined)
		sandbox.fault({ on: 'submit', do: { kind: 'slow', seconds: submitSeconds } });
	if (limit === undefined && others === 0) return;
	const most = (limit ?? 24) - others;
	sandbox.fault({
		on: 'submit',
		match: () => core.running() >= most,
		do: { kind: 'status', status: 429, headers: {} },
	});
}

function report(): Report {
	const submits = sandbox.requests.filter(({ action }) => action === 'submit');
	const fetched = new Map<string, number>();
	const polled = new Map<string, number[]>();
	for (const { action, url, at } of sandbox.requests) {
		const id =
			core.jobs.length > 0 ? /[0-9a-f]{8}-[0-9a-f-]{27}|(?<=\/)[0-9a-f]{26}/.exec(url)?.[0] : undefined;
		if (id === undefined) continue;
		if (action === 'download' && !fetched.has(id)) fetched.set(id, at);
		// The result of fal is asked for right after the last poll.
		if (action === 'poll' && !/\/requests\/[^/]+$/.test(url)) polled.set(id, [...(polled.get(id) ?? []), at]);
	}
	const closest = (times: number[] = []) =>
		times.slice(1).reduce((least, at, index) => Math.min(least, at - times[index]), Infinity);
	return {
		jobs: sandbox.jobs.map(({ id, polls, submittedAt, dueAt, drawings }) => ({
			...{ id, polls, submittedAt, dueAt },
			prompt: drawings[0].prompt,
			fetchedAt: fetched.get(id),
			closestPollMs: closest(polled.get(id)),
		})),
		refused: submits.filter(({ status }) => status === 429).length,
		requests: sandbox.requests.length,
		peak: sandbox.peakConcurrency(),
	};
}

process.on('message', (question: Question) => {
	if (question.ask === 'begin') begin(question.behaviour);
	const answer: Answer = { number: question.number, url: sandbox.url, key: sandbox.key };
	process.send!(question.ask === 'report' ? { ...answer, report: report() } : answer);
});
process.on('disconnect', () => process.exit());

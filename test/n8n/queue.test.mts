import { API_LABELS, API_NAMES, withCredentials, type ApiName, type Credentials } from './examples.mts';
import { expectImage, until } from './expect.mts';
import { Lab, LAB_WITHIN_MS } from './lab.mts';
import { queueMode, startWorker, type Worker } from './queue.mts';
import { missingStores, startStores, type Stores } from './stores.mts';
import { itemsOf, type RestError, type Workflow } from './rest.mts';
import { chain, fluxNode, node, start } from './workflows.mts';

const CALLS = 40;
const STARTED_WITHIN_SECONDS = 60;
/** n8n gives up an execution half a minute after its worker is gone. */
const WITHIN_MS = 120_000;
/** With two of these, more jobs at once than the 24 that Black Forest Labs allows. */
const CONCURRENCY = 20;
/** What n8n's log says of an accepted job. */
const JOB_LINE = /Flux: job (?<id>\S+) accepted by (?<api>[^,(]+?)(, Polling URL (?<url>\S+))? \(/g;

const isPossible = missingStores.length === 0;
const lacking = `which lacks ${missingStores.join(' and ')} (apt-get install redis-server postgresql)`;

(isPossible ? describe : describe.skip)(isPossible ? 'queue mode' : `queue mode, ${lacking}`, () => {
	let stores: Stores;
	let lab: Lab;
	let workers: Worker[];
	let credentials: Credentials;

	beforeAll(async () => {
		stores = await startStores();
		lab = await Lab.open(queueMode(stores));
		const options = { concurrency: CONCURRENCY };
		workers = await Promise.all([1, 2].map(async () => await startWorker(lab, stores, options)));
		credentials = await lab.saveCredentials();
	}, LAB_WITHIN_MS);
	afterAll(async () => {
		await Promise.all((workers ?? []).map(async (worker) => await worker.stop()));
		await lab?.close();
		await stores?.stop();
	});
	beforeEach(() => {
		lab.sandbox.reset();
		for (const { log } of workers) log.length = 0;
	});

	/** A webhook that answers with the image of the prompt that it is sent. */
	function webhook(path: string, authentication: ApiName, model: string): Workflow {
		const parameters = {
			...{ httpMethod: 'POST', path },
			...{ responseMode: 'lastNode', responseData: 'firstEntryBinary' },
		};
		const trigger = { ...node('Webhook', 'n8n-nodes-base.webhook', 2, parameters), webhookId: path };
		const chosen = { authentication, model: { __rl: true, mode: 'id', value: model } };
		return withCredentials(
			chain(path, [trigger, fluxNode({ ...chosen, prompt: '={{ $json.body.prompt }}' })]),
			credentials,
		);
	}

	const publish = async (...args: Parameters<typeof webhook>) =>
		await lab.n8n.rest.activate(await lab.n8n.rest.saveWorkflow(webhook(...args)));

	it(
		'gives each of 40 callers its own image, over two workers and the limit of the account',
		async () => {
			const { sandbox, n8n } = lab;
			// All of them are still at work when the limit is met.
			sandbox.secondsPerImage = 120;
			await publish('forty', 'blackForestLabs', 'flux-2-pro');
			const prompts = Array.from({ length: CALLS }, (_, index) => `Image number ${index}`);
			const calls = Promise.all(
				prompts.map(async (prompt) => await (await n8n.rest.webhook('forty', { prompt })).arrayBuffer()),
			);
			const submits = (status: number) =>
				sandbox.requests.filter((request) => request.action === 'submit' && request.status === status);
			await until(() => submits(429).length > 0, STARTED_WITHIN_SECONDS);
			sandbox.secondsPerImage = 0.5;
			sandbox.finish();
			const images = await calls;

			for (const [index, prompt] of prompts.entries()) {
				const [job] = sandbox.jobs.filter(({ body }) => (body as { prompt: string }).prompt === prompt);
				expect(Buffer.from(images[index]).equals((await job.drawn.get(0)) as Buffer)).toBe(true);
			}
			expect(sandbox.billed()).toBe(CALLS);
			const shares = workers.map(
				({ log }) => log.filter((line) => /Worker started execution/.test(line)).length,
			);
			expect(Math.min(...shares)).toBeGreaterThan(0);
			expect(shares[0] + shares[1]).toBe(CALLS);
		},
		WITHIN_MS,
	);

	it(
		'loses a worker: n8n runs its executions no second time, and Job: Get collects their jobs',
		async () => {
			const { sandbox, n8n } = lab;
			sandbox.secondsPerImage = 120;
			await publish('bfl', 'blackForestLabs', 'flux-2-pro');
			await publish('apiframe', 'apiframe', 'flux-2-pro');
			const paths = ['bfl', 'apiframe', 'bfl', 'apiframe', 'bfl', 'apiframe'];
			const answers = paths.map(
				async (path, index) =>
					await n8n.rest.webhook(path, { prompt: `Lost ${index}` }).then(
						({ status }) => status,
						({ status }: RestError) => status,
					),
			);
			await until(() => sandbox.jobs.length === paths.length && sandbox.jobs.every(isFollowed));
			await until(() => workers.flatMap(jobsIn).length === paths.length);
			const [lost, kept] = workers.map(jobsIn);
			expect(lost.length).toBeGreaterThan(0);
			await workers[0].kill();
			sandbox.requests.length = 0;
			sandbox.finish();

			for (const { id, api, url } of lost) {
				const authentication = API_NAMES.find((name) => API_LABELS[name] === api) as ApiName;
				const job = { authentication, resource: 'job', operation: 'get', jobId: id, pollingUrl: url ?? '' };
				const collect = chain('Collect', [start, fluxNode(job)]);
				const execution = await n8n.rest.saveAndRun(withCredentials(collect, credentials));
				const [item] = itemsOf(execution, 'Flux');
				expect(item.json).toMatchObject({ jobId: id, status: 'completed' });
				const [{ width, height }] = sandbox.jobs.find((one) => one.id === id)?.drawings ?? [];
				await expectImage(lab, item, { width, height, type: 'png' });
			}
			const statuses = await Promise.all(answers);
			expect(statuses.filter((status) => status === 200)).toHaveLength(kept.length);
			expect(statuses.filter((status) => status === 500)).toHaveLength(lost.length);
			expect(sandbox.requests.filter(({ action }) => action === 'submit')).toEqual([]);
		},
		WITHIN_MS,
	);

	it(
		'hands images from a worker to the main process by files, if they share the folder',
		async () => {
			const { sandbox } = lab;
			sandbox.secondsPerImage = 0.2;
			const env = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };
			await Promise.all(workers.map(async (worker) => await worker.stop()));
			await lab.n8n.stop();
			await lab.start({ ...queueMode(stores), ...env });
			workers = [await startWorker(lab, stores, { concurrency: CONCURRENCY, env })];
			await publish('files', 'blackForestLabs', 'flux-2-pro');
			const answer = await lab.n8n.rest.webhook('files', { prompt: 'A file' });
			const bytes = Buffer.from(await answer.arrayBuffer());
			expect(bytes.equals((await sandbox.jobs[0].drawn.get(0)) as Buffer)).toBe(true);
			expect(jobsIn(workers[0])).toHaveLength(1);
		},
		WITHIN_MS,
	);

	const isFollowed = ({ id }: { id: string }) =>
		lab.sandbox.requests.some(({ action, url }) => action === 'poll' && url.includes(id));
});

const jobsIn = ({ log }: Worker) =>
	log.flatMap((line) => [...line.matchAll(JOB_LINE)].map(({ groups }) => groups ?? {}));

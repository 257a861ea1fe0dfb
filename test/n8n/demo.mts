import { randomBytes } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { imageSize } from 'image-size';
import { startSandbox } from '../sandbox/sandbox.mts';
import {
	API_LABELS,
	API_NAMES,
	CREDENTIAL_TYPES,
	example,
	exampleFiles,
	sandboxCredentials,
	withCredentials,
	type ApiName,
	type Credentials,
} from './examples.mts';
import { compileOnChange, DEVELOPMENT } from './develop.mts';
import { installHost } from './install.mts';
import { takeLock } from './lock.mts';
import { packProject } from './pack.mts';
import { ROOT } from './paths.mts';
import { assertPortFree } from './ports.mts';
import type { Progress } from './progress.mts';
import { itemsOf, type Rest, type SavedWorkflow, type WorkflowNode } from './rest.mts';
import { startN8n, type Owner } from './server.mts';
import { Undo } from './undo.mts';

/** What the demo needs to know. */
export interface DemoOptions {
	/** Where the editor is to be. */
	port: number;
	/** A key of the real service; without it the sandbox makes the image. */
	apiKey?: string;
	progress: Progress;
	signal: AbortSignal;
	/** Compiles the node again whenever one of its files changes, and lets n8n load it again; gets what the compiler prints. */
	develop?: (line: string) => void;
	/** What n8n keeps; `.n8n-demo` of the repository when left out. */
	folder?: string;
	/** Where the image goes; next to package.json when left out. */
	imageFile?: string;
}

/** The running demo. */
export interface Demo {
	image: { path: string; width: number; height: number; bytes: number };
	editor: string;
	owner: Owner;
	/** Resolves when n8n has ended by itself. */
	ended: Promise<void>;
	stop(): Promise<void>;
}

/** What the demo keeps between two starts, beside n8n's own files. */
interface State {
	owner: Owner;
	/** Ids of the credentials by their APIs. */
	credentials: Partial<Record<ApiName, string>>;
	/** Ids of the imported workflows by the names of their files. */
	workflows: Record<string, string>;
}

const SHOWN = 'one-prompt-one-image.json';
const SECONDS_PER_IMAGE = 2;
const REAL_RUN_WITHIN_MS = 300_000;
/** Linters read neither node_modules nor what a link points to; n8n unpacks its editor here. */
const EDITOR_FILES = join(ROOT, 'node_modules/.cache/n8n-nodes-flux/editor');

/** Brings up n8n with the packed node, makes an image with it and writes the image next to package.json. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
	const { port, apiKey, progress, signal, develop } = options;
	const { folder = join(ROOT, '.n8n-demo'), imageFile = join(ROOT, 'flux-demo.png') } = options;
	const undo = new Undo();
	const stop = () => undo.run();
	try {
		await assertPortFree(port, 'n8n', 'End that, or choose another port: npm start -- --port 5680');
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await keepFromLinters(folder);
		const release = await takeLock(join(folder, 'demo.lock'));
		if (!release)
			throw new Error('The demo already runs from this folder: end it before you start it again.');
		undo.add(release);
		// While n8n is downloaded there is time to build. A failure is told by the phase below.
		const packing = packProject(signal);
		packing.catch(() => undefined);
		const host = await installHost({ progress, signal });
		const packageTarball = await progress.phase('Building and packing the node', async () => await packing);
		const entries = await services(apiKey, undo);
		const state = await readState(folder);
		const n8n = await progress.phase('Starting n8n', () =>
			startN8n({
				...{ packageTarball, userFolder: folder, port, owner: state.owner, host, signal },
				env: develop && DEVELOPMENT,
			}),
		);
		undo.add(n8n.stop);
		const workflow = await importExamples(n8n.rest, state, entries);
		await writeState(folder, state);
		const image = await progress.phase(`Running the workflow “${workflow.name}”`, () =>
			makeDrawing(n8n.rest, workflow, imageFile, signal),
		);
		if (develop) undo.add(compileOnChange({ userFolder: folder, log: develop }));
		return {
			image,
			editor: `${n8n.url}/workflow/${workflow.id}`,
			owner: state.owner,
			ended: n8n.ended,
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function keepFromLinters(folder: string) {
	await mkdir(EDITOR_FILES, { recursive: true });
	await symlink(relative(folder, EDITOR_FILES), join(folder, '.cache')).catch(
		(error: NodeJS.ErrnoException) => {
			if (error.code !== 'EEXIST') throw error;
		},
	);
}

/** What a person would enter into a credential. */
interface Entry {
	name: string;
	data: Record<string, unknown>;
}
type Entries = Partial<Record<ApiName, Entry>>;

/** The credential of the real service, or of each API for a sandbox that is started for them. */
async function services(apiKey: string | undefined, undo: Undo): Promise<Entries> {
	if (apiKey) {
		return { blackForestLabs: { name: API_LABELS.blackForestLabs, data: { apiKey, region: 'global' } } };
	}
	const sandbox = await startSandbox({ secondsPerImage: SECONDS_PER_IMAGE });
	undo.add(() => sandbox.close());
	const data = sandboxCredentials(sandbox);
	const entry = (api: ApiName): Entry => ({ name: `${API_LABELS[api]} (sandbox)`, data: data[api] });
	return Object.fromEntries(API_NAMES.map((api) => [api, entry(api)]));
}

const stateFile = (folder: string) => join(folder, 'demo.json');
const writeState = (folder: string, state: State) =>
	writeFile(stateFile(folder), JSON.stringify(state, null, '\t'), { mode: 0o600 });

async function readState(folder: string): Promise<State> {
	const text = await readFile(stateFile(folder), 'utf8').catch(() => undefined);
	if (text) return { credentials: {}, ...(JSON.parse(text) as Partial<State>) } as State;
	// n8n asks for a capital letter and a digit.
	const owner = { email: 'demo@example.com', password: `Flux1-${randomBytes(6).toString('hex')}` };
	const state = { owner, credentials: {}, workflows: {} };
	await writeState(folder, state);
	return state;
}

/** Imports what is not there yet: who changed an example in the editor finds it as it was left. */
async function importExamples(rest: Rest, state: State, entries: Entries) {
	const known = new Set((await rest.credentials()).map(({ id }) => id));
	const credentials: Credentials = {};
	for (const [api, { name, data }] of Object.entries(entries) as Array<[ApiName, Entry]>) {
		const before = state.credentials[api] ?? '';
		const type = CREDENTIAL_TYPES[api];
		const id = await rest.saveCredential({ name, data, type, id: known.has(before) ? before : undefined });
		state.credentials[api] = id;
		credentials[api] = { id, name };
	}
	for (const file of exampleFiles()) {
		const saved = state.workflows[file] && (await rest.workflow(state.workflows[file]));
		if (saved && !saved.isArchived) await mend(rest, saved, known, credentials);
		else state.workflows[file] = (await rest.saveWorkflow(example(file, credentials))).id;
	}
	return (await rest.workflow(state.workflows[SHOWN])) as SavedWorkflow;
}

/** Gives a workflow the new credentials in place of those that were deleted. */
async function mend(rest: Rest, workflow: SavedWorkflow, known: Set<string>, credentials: Credentials) {
	const isLost = ({ credentials: own = {} }: WorkflowNode) =>
		Object.values(own).some(({ id }) => !known.has(id));
	if (!workflow.nodes.some(isLost)) return;
	const mended = withCredentials(workflow, credentials).nodes;
	const nodes = workflow.nodes.map((node, index) => (isLost(node) ? mended[index] : node));
	await rest.updateWorkflow({ ...workflow, nodes });
}

async function makeDrawing(rest: Rest, workflow: SavedWorkflow, file: string, signal: AbortSignal) {
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const execution = await rest.finished(await rest.run(workflow, trigger), REAL_RUN_WITHIN_MS, signal);
	const { error, lastNodeExecuted = '' } = execution.data.resultData;
	const binary = itemsOf(execution, lastNodeExecuted).flatMap((item) => Object.values(item.binary ?? {}))[0];
	if (!binary) {
		const why = [error?.message ?? `it ended as "${execution.status}" without an image`, error?.description];
		throw new Error(`The workflow “${workflow.name}” made no image: ${why.filter(Boolean).join(' ')}`);
	}
	const bytes = await rest.download(binary);
	await writeFile(file, bytes);
	const { width, height } = imageSize(bytes);
	return { path: file, width, height, bytes: bytes.length };
}

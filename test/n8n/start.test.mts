import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import { startDemo } from './demo.mts';
import { LAB_WITHIN_MS } from './lab.mts';
import { ROOT } from './paths.mts';
import { freePort } from './ports.mts';
import { Progress } from './progress.mts';
import { Rest } from './rest.mts';

/** A Node with this flag builds as little as one before 20.19. */
const WITHOUT_REQUIRED_MODULES = '--no-experimental-require-module';

let folder: string;
let listening: Server | undefined;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-demo-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));
afterEach(() => listening?.close());

describe('npm start', () => {
	it(
		'makes a png, keeps its login for the second start, mends what lost its credential, and leaves nothing running',
		async () => {
			const first = await demo((rest) => rest.deleteCredentials());
			const second = await demo();
			expect(first.image).toMatchObject({ width: 1024, height: 1024 });
			expect(second.owner).toEqual(first.owner);
			expect(second.workflow).toBe(first.workflow);
		},
		LAB_WITHIN_MS,
	);

	it.each([
		[
			'a port that is taken',
			() => ['--port', String((listening?.address() as AddressInfo).port)],
			/something else listens/,
		],
		['a port that is none', () => ['--port', 'eighty'], /whole number/],
		['an option that it does not know', () => ['--twice'], /--twice.*Usage/],
		[
			'a Node that is too old to build',
			() => [],
			/20\.19 or newer/,
			{ NODE_OPTIONS: WITHOUT_REQUIRED_MODULES },
		],
	])('ends with one line and exit code 1 for %s', async (_, args, words, env: NodeJS.ProcessEnv = {}) => {
		listening = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => listening?.once('listening', resolve));
		const { code, stderr } = await start(args(), env);
		expect(code).toBe(1);
		expect(stderr).toMatch(words);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});

	it('never prints the key of the real service', async () => {
		const { stdout, stderr } = await start(['--port', '0'], { BFL_API_KEY: 'bfl-secret-1234' });
		expect(stdout).toContain('billed by Black Forest Labs');
		expect(stdout + stderr).not.toContain('bfl-secret-1234');
	});
});

/** The whole demo, once, ended again. */
async function demo(tidyUp: (rest: Rest) => Promise<void> = async () => undefined) {
	const port = await freePort();
	const imageFile = join(folder, 'flux-demo.png');
	const { signal } = new AbortController();
	const running = await startDemo({ port, progress: Progress.quiet(), signal, folder, imageFile });
	try {
		const rest = new Rest(new URL(running.editor).origin);
		await rest.setUpOrLogIn(running.owner);
		const workflow = running.editor.split('/').at(-1) as string;
		expect(await rest.workflow(workflow)).toMatchObject({ name: 'One prompt, one image' });
		expect(imageSize(await readFile(imageFile))).toMatchObject({ type: 'png' });
		await tidyUp(rest);
		return { ...running, workflow };
	} finally {
		await running.stop();
		await running.ended;
		await expect(fetch(running.editor)).rejects.toThrow();
	}
}

/** The command itself, to its end. */
async function start(args: string[], env: NodeJS.ProcessEnv = {}) {
	const { NODE_OPTIONS: _, BFL_API_KEY: __, ...own } = process.env;
	const command = ['--import', 'tsx', 'test/n8n/start.mts', ...args];
	const child = spawn(process.execPath, command, { cwd: ROOT, env: { ...own, ...env } });
	const said = { stdout: '', stderr: '' };
	child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
	const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
	return { code, ...said };
}

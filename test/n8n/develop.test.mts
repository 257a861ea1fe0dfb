import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileOnChange, DEVELOPMENT } from './develop.mts';
import { LAB_WITHIN_MS } from './lab.mts';
import { packProject } from './pack.mts';
import { ROOT } from './paths.mts';
import { startN8n } from './server.mts';
import { Undo } from './undo.mts';

const SHOWN_WITHIN_MS = 60_000;

const undo = new Undo();
afterAll(() => undo.run());

/** A copy of the sources, so that a test can change them. */
async function copyOfSources() {
	const root = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-sources-'));
	undo.add(() => rm(root, { recursive: true, force: true }));
	for (const name of ['nodes', 'credentials', 'tsconfig.json'])
		await cp(join(ROOT, name), join(root, name), { recursive: true });
	await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
	return root;
}

async function until(isTrue: () => boolean | Promise<boolean>) {
	const deadline = Date.now() + SHOWN_WITHIN_MS;
	while (!(await isTrue())) {
		if (Date.now() > deadline) throw new Error('It did not come in time.');
		await sleep(100);
	}
}

it(
	'npm run dev shows a changed text in the running n8n, and says what does not compile',
	async () => {
		const root = await copyOfSources();
		const userFolder = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-dev-'));
		undo.add(() => rm(userFolder, { recursive: true, force: true }));
		const n8n = await startN8n({ packageTarball: await packProject(), userFolder, env: DEVELOPMENT });
		undo.add(n8n.stop);
		const lines: string[] = [];
		undo.add(compileOnChange({ userFolder, root, log: (line) => lines.push(line) }));
		await until(() => lines.some((line) => /Found 0 errors/.test(line)));

		const face = join(root, 'nodes/Flux/Flux.node.ts');
		const text = await readFile(face, 'utf8');
		const { name, value } = n8n.rest.session;
		const types = async () =>
			await fetch(`${n8n.url}/types/nodes.json`, { headers: { cookie: `${name}=${value}` } });
		expect(await (await types()).text()).not.toContain('Flux while it grows');
		await writeFile(face, text.replace("displayName: 'Flux'", "displayName: 'Flux while it grows'"));
		await until(async () => (await (await types()).text()).includes('Flux while it grows'));

		await writeFile(face, text.replace("displayName: 'Flux'", 'displayName: 1'));
		await until(() => lines.some((line) => /Flux\.node\.ts.*error TS/.test(line)));
	},
	LAB_WITHIN_MS,
);

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { packProject } from './pack.mts';
import { ROOT } from './paths.mts';

const run = promisify(execFile);
let folder: string;
let unpacked: string;
let tarball: string;

beforeAll(async () => {
	tarball = await packProject();
	folder = await mkdtemp(join(tmpdir(), 'flux-package-'));
	await run('tar', ['xzf', tarball, '-C', folder]);
	unpacked = join(folder, 'package');
}, 120_000);
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** n8n's own scanner, which looks at community packages before they are listed; a process of its own, for it brings an eslint. */
async function scan(path: string, patterns: string): Promise<unknown> {
	const code = `
		const { analyzePackage, SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
		console.log(JSON.stringify(await analyzePackage(${JSON.stringify(path)}, ${patterns})));`;
	// With jest's NODE_ENV the scanner's rules judge sources as if they were their own test fixtures.
	const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' };
	const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT, env });
	return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

describe('the package', () => {
	it("passes n8n's scanner with its sources", async () => {
		expect(await scan(ROOT, 'SOURCE_FILE_PATTERNS')).toMatchObject({ passed: true });
	}, 120_000);

	it("passes n8n's scanner as it is shipped", async () => {
		expect(await scan(unpacked, "['**/*.js', 'package.json']")).toMatchObject({ passed: true });
	}, 120_000);

	it('holds nothing but the node, its credentials and its papers', async () => {
		expect((await readdir(unpacked)).sort()).toEqual([
			'LICENSE',
			'README.md',
			'dist',
			'index.js',
			'package.json',
		]);
		expect((await readdir(join(unpacked, 'dist'))).sort()).toEqual(['credentials', 'nodes']);
		expect((await stat(tarball)).size).toBeLessThanOrEqual(120 * 1024);
		const shipped = await readdir(join(unpacked, 'dist'), { recursive: true, withFileTypes: true });
		const kinds = shipped.filter((entry) => entry.isFile()).map(({ name }) => name.split('.').at(-1));
		expect([...new Set(kinds)].sort()).toEqual(['js', 'json', 'svg']);
	});

	it('needs nothing at runtime but what n8n provides', async () => {
		const { dependencies, n8n } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
		expect(dependencies).toBeUndefined();
		for (const file of [...n8n.nodes, ...n8n.credentials])
			expect((await stat(join(unpacked, file))).isFile()).toBe(true);
		const scripts = (await readdir(join(unpacked, 'dist'), { recursive: true })).filter((name) =>
			name.endsWith('.js'),
		);
		for (const script of scripts) {
			const text = await readFile(join(unpacked, 'dist', script), 'utf8');
			const foreign = [...text.matchAll(/require\("([^"]+)"\)/g)]
				.map(([, name]) => name)
				.filter((name) => !name.startsWith('.'));
			expect(foreign.filter((name) => !/^(n8n-workflow|zod\/v4|crypto)$/.test(name))).toEqual([]);
		}
	});

	it('says to an n8n that is too old what is missing', async () => {
		const modules = join(folder, 'node_modules');
		await mkdir(join(modules, 'zod'), { recursive: true });
		await writeFile(join(modules, 'zod/package.json'), '{"name":"zod","version":"3.24.1"}');
		await mkdir(join(modules, 'n8n-workflow'));
		await writeFile(join(modules, 'n8n-workflow/index.js'), '');
		const { n8n } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
		for (const file of [...n8n.nodes, ...n8n.credentials]) {
			const load = `try { require('./${file}') } catch (error) { console.log(error.message) }`;
			const { stdout } = await run(process.execPath, ['-e', load], { cwd: unpacked });
			expect(stdout).toMatch(/^n8n-nodes-flux needs n8n 1\.\d+ or newer/);
		}
	});

	it('takes the zod of n8n, though another package has left an older one beside it', async () => {
		const modules = join(folder, 'n8n/node_modules');
		await mkdir(modules, { recursive: true });
		for (const name of ['zod', 'n8n-workflow'])
			await symlink(join(ROOT, 'node_modules', name), join(modules, name));
		const main = join(folder, 'n8n/main.js');
		const { n8n } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
		const files = [...n8n.nodes, ...n8n.credentials].map((file: string) => join(unpacked, file));
		await writeFile(main, `for (const file of ${JSON.stringify(files)}) require(file);console.log('loaded')`);
		expect((await run(process.execPath, [main])).stdout).toBe('loaded\n');
	});

	it('exports the node and every credential', () => {
		const exported = createRequire(import.meta.url)(join(ROOT, 'index.js')) as Record<
			string,
			new () => { name?: string }
		>;
		const names = Object.keys(exported);
		expect(names).toContain('Flux');
		expect(names.filter((name) => name.endsWith('Api')).length).toBe(names.length - 1);
	});
});

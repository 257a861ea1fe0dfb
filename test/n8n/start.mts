import { parseArgs } from 'node:util';
import { startDemo, type Demo } from './demo.mts';
import { Progress } from './progress.mts';

const USAGE = 'Usage: npm start -- [--once] [--dev] [--port 5678]';
const OLD_NODE = `This is Node ${process.version}; the node is built with Node 20.19 or newer, of Node 22 with 22.12 or newer.`;
const DEFAULT_PORT = '5678';
const PARENT_EVERY_MS = 250;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

const interrupted = new AbortController();
let exitCodeOfSignal = 0;
for (const [name, code] of Object.entries(SIGNALS)) {
	process.on(name, () => {
		exitCodeOfSignal = code;
		interrupted.abort(new Error('Interrupted.'));
	});
}
// A shell between npm and this process dies of a signal without handing it on.
const parent = process.ppid;
const watch = setInterval(() => process.ppid !== parent && process.emit('SIGTERM'), PARENT_EVERY_MS);
watch.unref();
// Who reads our output may go away first (`npm start | head`); that must not keep anything running.
process.stdout.on('error', () => interrupted.abort(new Error('Nobody reads the output any more.')));

const apiKey = process.env.BFL_API_KEY?.trim() || undefined;
try {
	const { once, dev, port } = readArguments();
	// n8n's build requires an ES module.
	if (!process.features.require_module) throw new Error(OLD_NODE);
	say(
		apiKey
			? 'BFL_API_KEY is set: the image is made and billed by Black Forest Labs.'
			: 'BFL_API_KEY is not set: a sandbox on this machine stands in for Black Forest Labs, nothing is billed.',
	);
	const demo = await startDemo({
		...{ port, apiKey, progress: new Progress(), signal: interrupted.signal },
		develop: dev ? tellOfCompiler : undefined,
	});
	try {
		report(demo, once);
		if (!once) await Promise.race([aborted(interrupted.signal), demo.ended]);
		if (!once && !interrupted.signal.aborted) throw new Error('n8n has ended by itself.');
	} finally {
		await demo.stop();
	}
	process.exit(0);
} catch (error) {
	process.stderr.write(`${oneLine(error)}\n`);
	process.exit(exitCodeOfSignal || 1);
}

function readArguments() {
	const options = {
		once: { type: 'boolean', default: false },
		dev: { type: 'boolean', default: false },
		port: { type: 'string', default: DEFAULT_PORT },
	} as const;
	try {
		const { values } = parseArgs({ options });
		// npm keeps a flag without the two dashes before it to itself, and passes it on in the environment.
		const once = values.once || process.env.npm_config_once === 'true';
		return { once, dev: values.dev, port: Number(values.port) };
	} catch (error) {
		throw new Error(`${(error as Error).message.split('.')[0]}. ${USAGE}`, { cause: error });
	}
}

function report({ image, editor, owner }: Demo, once: boolean) {
	say();
	say(`  image    ${image.path}`);
	say(`           ${image.width} × ${image.height} pixels, ${image.bytes.toLocaleString('en')} bytes`);
	if (once) return;
	say(`  editor   ${editor}`);
	say(`  login    ${owner.email}  ${owner.password}`);
	say();
	say('Ctrl-C ends n8n and everything else that was started.');
}

/** Shows what is wrong in a changed file, or that n8n has the change. */
function tellOfCompiler(line: string) {
	if (/error TS\d+/.test(line)) say(line);
	else if (/Found 0 errors/.test(line))
		say('✔ Compiled: n8n loads the node again, and the editor shows it after a reload of its page.');
}

function say(line = '') {
	process.stdout.write(`${line}\n`);
}

async function aborted(signal: AbortSignal) {
	if (signal.aborted) return;
	await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function oneLine(error: unknown) {
	const { message, code } = error as NodeJS.ErrnoException;
	const text = code === 'ENOSPC' ? 'No space is left on the disk.' : message.split('\n')[0];
	return apiKey ? text.replaceAll(apiKey, '…') : text;
}

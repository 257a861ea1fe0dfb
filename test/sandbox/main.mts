import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.mts';

const fail = (message: string): never => {
	process.stderr.write(`${message}\n`);
	process.exit(1);
};

function readFlags() {
	try {
		const options = {
			port: { type: 'string', default: '8787' },
			seconds: { type: 'string', default: '3' },
		} as const;
		const { values } = parseArgs({ options });
		return { port: Number(values.port), secondsPerImage: Number(values.seconds) };
	} catch (error) {
		return fail(`${(error as Error).message} The flags are --port and --seconds.`);
	}
}

const flags = readFlags();
if (!(Number.isInteger(flags.port) && flags.port >= 0 && flags.port < 65536))
	fail('--port must be 0 to 65535.');
if (!(flags.secondsPerImage >= 0)) fail('--seconds must be a number of seconds.');

try {
	const { url, key } = await startSandbox(flags);
	process.stdout.write(`The FLUX sandbox is up: ${url}
API key: ${key}

Credential             Base URL
Black Forest Labs      ${url}
Replicate              ${url}/replicate/v1
  as Crazyrouter       ${url}/crazyrouter/replicate/v1
Apiframe               ${url}/apiframe
fal                    ${url}/fal
OpenAI-compatible      ${url}/openai/v1
  without a key        ${url}/selfhosted/v1
  as Crazyrouter       ${url}/crazyrouter/v1
  as OneRouter         ${url}/onerouter/v1
  as Monica            ${url}/monica/v1

Ctrl-C ends it.
`);
} catch (error) {
	const { code, message } = error as NodeJS.ErrnoException;
	fail(code === 'EADDRINUSE' ? `Port ${flags.port} is taken. Choose another one with --port.` : message);
}

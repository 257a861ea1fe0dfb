import { createServer, type AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** A port on loopback that nothing listens on. */
export async function freePort(): Promise<number> {
	return await listen(0);
}

/** Throws one clear line when a port of loopback cannot be used. `what` names who wants it, `advice` ends the line. */
export async function assertPortFree(port: number, what: string, advice: string) {
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(`${what} cannot use port ${port}: a port is a whole number from 1 to 65535.`);
	}
	try {
		await listen(port);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const why = code === 'EADDRINUSE' ? 'something else listens there' : `the system refuses it (${code})`;
		throw new Error(`${what} cannot use port ${port} of ${HOST}: ${why}. ${advice}`, { cause: error });
	}
}

async function listen(port: number) {
	const server = createServer();
	return await new Promise<number>((resolve, reject) => {
		server.on('error', reject);
		server.listen(port, HOST, () => {
			const { port: taken } = server.address() as AddressInfo;
			server.close(() => resolve(taken));
		});
	});
}

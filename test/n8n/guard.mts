import { Socket } from 'node:net';

const PATIENCE_MS = 3000;

// Loaded into n8n before its own code: when the process that started n8n dies without a word, n8n ends too.
const starter = new Socket({ fd: 3, readable: true, writable: false });
starter.on('close', endAll).on('error', () => undefined);
starter.resume();
starter.unref();

function endAll() {
	process.kill(process.pid, 'SIGTERM');
	// n8n hangs in its shutdown when nobody reads what it prints; its group has its task runner in it.
	setTimeout(() => process.kill(-process.pid, 'SIGKILL'), PATIENCE_MS);
}

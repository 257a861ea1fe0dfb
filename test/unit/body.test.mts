import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { peek, readText, type Body } from '../../nodes/Flux/http/body.ts';

const { jest } = import.meta;

const never = new AbortController().signal;
const tooLarge = () => new Error('larger than allowed');

/** A stream that delivers the chunks one after the other, and then ends. */
const streamOf = (...chunks: Array<string | Buffer>) => Readable.from(chunks.map((one) => Buffer.from(one)));
const oneByOne = (text: string) => streamOf(...Array.from(Buffer.from(text), (byte) => Buffer.of(byte)));

/** A stream that delivers the chunk and then nothing more, until it is destroyed. */
function stalled(chunk: string): PassThrough {
	const stream = new PassThrough();
	stream.write(chunk);
	return stream;
}

const peekAt = async (
	body: Readable,
	{ enough = 4, maxHead = 100, limit = 1000 }: { enough?: number; maxHead?: number; limit?: number } = {},
) => await peek(body as Body, { enough: (head) => head.length >= enough, maxHead, limit, tooLarge });

describe('A text is read', () => {
	it.each([
		['in one piece', streamOf('{"a":1}'), '{"a":1}'],
		['byte by byte, also in the middle of a letter', oneByOne('größer 😀'), 'größer 😀'],
		['although nothing comes', Readable.from([]), ''],
		['up to the limit itself', streamOf('12345', '67890'), '1234567890'],
	])('%s', async (_, body, expected) => {
		expect(await readText(body as Body, 10 + 4, never)).toBe(expected);
	});
});

describe('Reading a text', () => {
	it('gives up above the limit and closes the body', async () => {
		const body = stalled('12345678901');
		expect(await readText(body, 10, never)).toBeUndefined();
		expect(body.destroyed).toBe(true);
	});

	it('fails as the body does that breaks off', async () => {
		const body = stalled('half of');
		setImmediate(() => body.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
		await expect(readText(body, 100, never)).rejects.toMatchObject({ code: 'ECONNRESET' });
	});

	it('ends when the signal aborts, although nothing more comes, and closes the body', async () => {
		const stop = new AbortController();
		const body = stalled('half of');
		const reading = readText(body, 100, stop.signal);
		setImmediate(() => stop.abort());
		await expect(reading).rejects.toThrow('stopped');
		expect(body.destroyed).toBe(true);
	});

	it('leaves the body alone when the signal aborts afterwards', async () => {
		const stop = new AbortController();
		const body = streamOf('whole');
		await readText(body as Body, 100, stop.signal);
		const destroy = jest.spyOn(body, 'destroy');
		stop.abort();
		expect(destroy).not.toHaveBeenCalled();
	});
});

describe('Peeking', () => {
	it.each([
		['arrives in one piece', streamOf('0123456789'), '0123456789'],
		['arrives byte by byte', oneByOne('0123456789'), '0123'],
		['arrives in chunks', streamOf('012', '345', '6789'), '012345'],
		['is shorter than what was wanted', oneByOne('01'), '01'],
		['is empty', Readable.from([]), ''],
	])('hands on the whole body when it %s', async (_, body, expectedHead) => {
		const whole = expectedHead.length < 3 ? expectedHead : '0123456789';
		const { head, stream, size } = await peekAt(body);
		expect(head.toString()).toBe(expectedHead);
		expect((await buffer(stream)).toString()).toBe(whole);
		expect(size()).toBe(whole.length);
	});

	it('looks at no more bytes than allowed when they never suffice', async () => {
		const { head, stream } = await peekAt(oneByOne('0123456789'), { enough: 99, maxHead: 6 });
		expect(head.toString()).toBe('012345');
		expect((await buffer(stream)).toString()).toBe('0123456789');
	});

	it('lets a body pass that has exactly as many bytes as allowed', async () => {
		const { stream } = await peekAt(oneByOne('0123456789'), { limit: 10 });
		expect(await buffer(stream)).toHaveLength(10);
	});

	it('breaks off above the limit with the error it was given, and closes the body', async () => {
		const body = stalled('01234');
		const { stream } = await peekAt(body, { limit: 9 });
		body.write('56789');
		await expect(buffer(stream)).rejects.toThrow('larger than allowed');
		expect(body.destroyed).toBe(true);
	});

	it('fails as the body does that breaks off in its first bytes', async () => {
		const body = stalled('01');
		setImmediate(() => body.destroy(new Error('cut')));
		await expect(peekAt(body)).rejects.toThrow('cut');
	});

	it('hands on the failure of a body that breaks off later', async () => {
		const body = stalled('0123456');
		const { stream } = await peekAt(body);
		setImmediate(() => body.destroy(new Error('cut')));
		await expect(buffer(stream)).rejects.toThrow('cut');
	});

	it('says how many bytes have passed so far', async () => {
		const body = new PassThrough();
		body.write('01234');
		const { stream, size } = await peekAt(body);
		const reader = stream[Symbol.asyncIterator]();
		await reader.next();
		expect(size()).toBe(5);
		body.end('567');
		await reader.next();
		expect(size()).toBe(8);
	});

	it('waits with reading until somebody reads, so that large images do not fill the memory', async () => {
		let made = 0;
		const endless = new Readable({
			highWaterMark: 1024,
			read() {
				made += 1024;
				this.push(Buffer.alloc(1024));
			},
		});
		const { stream } = await peekAt(endless, { limit: 1e9 });
		const reader = stream[Symbol.asyncIterator]();
		await reader.next();
		await new Promise(setImmediate);
		expect(made).toBeLessThan(256 * 1024);
		endless.destroy();
	});
});

it('works on the answers of a real server, and closes those that are too large', async () => {
	const server = createServer(({ url }, answer) => {
		answer.write('0123');
		setImmediate(() => (url === '/endless' ? answer.write('456789') : answer.end('456789')));
	}).listen(0, '127.0.0.1');
	const { port } = await new Promise<AddressInfo>((resolve) => {
		server.on('listening', () => resolve(server.address() as AddressInfo));
	});
	const answer = async (path: string) =>
		await new Promise<IncomingMessage>((resolve, reject) => {
			get({ port, path, host: '127.0.0.1', agent: false }, resolve).on('error', reject);
		});
	try {
		expect(await readText(await answer('/'), 100, never)).toBe('0123456789');
		const { stream } = await peekAt(await answer('/'), { enough: 2 });
		expect((await buffer(stream)).toString()).toBe('0123456789');
		const endless = await answer('/endless');
		const closed = new Promise((resolve) => endless.on('close', () => resolve('closed')));
		expect(await readText(endless, 5, never)).toBeUndefined();
		expect(await closed).toBe('closed');
	} finally {
		server.closeAllConnections();
		server.close();
	}
});

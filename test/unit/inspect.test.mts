import { inspectImage } from '../../nodes/Flux/images/inspect.ts';
import { gif, picture, type Format } from './images.mts';

describe('An image is recognised by its bytes', () => {
	it.each<[Format, string, string]>([
		['png', 'image/png', 'png'],
		['jpeg', 'image/jpeg', 'jpg'],
		['webp', 'image/webp', 'webp'],
		['avif', 'image/avif', 'avif'],
	])('%s', async (format, mimeType, extension) => {
		const bytes = await picture(format, 40, 30);
		expect(inspectImage(bytes)).toEqual({ mimeType, extension, width: 40, height: 30 });
	});

	it('gif', () => {
		expect(inspectImage(gif)).toEqual({ mimeType: 'image/gif', extension: 'gif', width: 1, height: 1 });
	});

	it('although only its head is there', async () => {
		const head = (await picture('png', 40, 30)).subarray(0, 64);
		expect(inspectImage(head)).toMatchObject({ extension: 'png', width: 40, height: 30 });
	});

	it('although it is a bare view of bytes', async () => {
		expect(inspectImage(Uint8Array.from(await picture('png')))).toMatchObject({ width: 4, height: 3 });
	});
});

describe('Nothing is taken for an image that is', () => {
	it.each<[string, Buffer]>([
		['empty', Buffer.alloc(0)],
		['one byte', Buffer.of(0x89)],
		['a page', Buffer.from('<!doctype html><html><body>Sign in</body></html>')],
		['JSON', Buffer.from('{"detail":"Not found"}')],
		['zeros', Buffer.alloc(5000)],
		[
			'a drawing that may hold scripts',
			Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
		],
		['a bitmap', Buffer.from('424d1e000000000000001a0000000c00000001000100010018000000ff00', 'hex')],
		['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj')],
	])('%s', (_, bytes) => {
		expect(inspectImage(bytes)).toBeUndefined();
	});

	it('cut before it tells its size', async () => {
		expect(inspectImage(Uint8Array.from(await picture('png')).slice(0, 16))).toBeUndefined();
		expect(inspectImage(Uint8Array.from(await picture('jpeg')).slice(0, 20))).toBeUndefined();
	});

	it('of no width', async () => {
		const bytes = Buffer.from(await picture('png'));
		bytes.writeUInt32BE(0, 16);
		expect(inspectImage(bytes)).toBeUndefined();
	});
});

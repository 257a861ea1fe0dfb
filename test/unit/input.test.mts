import { recognise, toImageForm, type ImageReader } from '../../nodes/Flux/images/input.ts';
import type { ImageForm } from '../../nodes/Flux/provider.ts';
import { filesOf } from '../../nodes/Flux/images/imageValue.ts';
import { imageOf } from '../support/images.mts';

const url = 'https://example.com/cat.png?size=1';
const png = await imageOf('png', 40, 30);
const base64 = png.toString('base64');

const field = (name: string, bytes: Buffer) => ({
	...{ mimeType: 'image/png', fileName: `${name}.png` },
	data: bytes.toString('base64'),
});
const [data, mask] = [field('data', png), field('mask', png)];
const files = filesOf({ json: {}, binary: { data, mask } });

/** A reader with the image in the field `data`, behind every URL, and a record of what was asked. */
function reader(bytes = png) {
	const asked: string[] = [];
	const is: ImageReader = {
		files,
		maxBytes: 2 * 1024 * 1024,
		readFile: async (file) => (asked.push(`file ${file === data ? 'data' : file.id}`), bytes),
		isReachable: (to) => !/\/\/10\./.test(to),
		fetchUrl: async (from) => (asked.push(`url ${from}`), bytes),
		upload: async (file, { mimeType }) => (
			asked.push(`upload ${file.length === bytes.length} ${mimeType}`),
			'https://files.example/1'
		),
	};
	return { is, asked };
}

const convert = async (value: unknown, form: ImageForm, from = reader()) =>
	await toImageForm(value, form, "'Mask'", from.is);

describe('An image value is recognised as', () => {
	it.each<[string, unknown, object | undefined]>([
		['a binary field', 'data', { is: 'file', file: data }],
		['a binary field with spaces around it', ' mask\n', { is: 'file', file: mask }],
		['a URL', url, { is: 'url', url }],
		['a URL in upper case', 'HTTP://EXAMPLE.COM/A', { is: 'url', url: 'http://example.com/A' }],
		[
			'a URL with spaces and umlauts, written out',
			'https://bücher.example/mein bild/größe.png?q=ü&sig=a%2Fb%3D',
			{
				is: 'url',
				url: 'https://xn--bcher-kva.example/mein%20bild/gr%C3%B6%C3%9Fe.png?q=%C3%BC&sig=a%2Fb%3D',
			},
		],
		["n8n's file in memory", data, { is: 'file', file: data }],
		[
			"n8n's file in a storage",
			{ mimeType: 'image/png', data: 'filesystem-v2', id: 'filesystem-v2:a/b' },
			{
				is: 'file',
				file: { mimeType: 'image/png', data: 'filesystem-v2', id: 'filesystem-v2:a/b' },
			},
		],
		['bytes', png, { is: 'bytes', bytes: png }],
		['nothing if it is another object', { a: 1 }, undefined],
		['nothing if it is a file without its bytes', { mimeType: 'image/png' }, undefined],
		['nothing if it is a number', 7, undefined],
		['a URL with spaces around it', ` ${url} `, { is: 'url', url }],
		['a data URI', `data:image/png;base64,${base64}`, { is: 'bytes', bytes: png }],
		['a data URI with parameters', `DATA:image/png;a=b;base64,${base64}`, { is: 'bytes', bytes: png }],
		['a short data URI', 'data:image/png;base64,aGk=', { is: 'bytes', bytes: Buffer.from('hi') }],
		['base64', base64, { is: 'bytes', bytes: png }],
		['base64 in lines', base64.replace(/.{20}/g, '$&\r\n'), { is: 'bytes', bytes: png }],
		['base64 of URLs', png.toString('base64url'), { is: 'bytes', bytes: png }],
		['nothing if no field has that name', 'date', undefined],
		['nothing if it is empty', '', undefined],
		['nothing if the field differs in case', 'Data', undefined],
		['nothing if the URL is broken', 'https://', undefined],
		['nothing by another protocol', 'ftp://example.com/cat.png', undefined],
		['nothing if it is a file of the server', '/etc/passwd', undefined],
		['nothing if it is a file by URL', 'file:///etc/passwd', undefined],
		['nothing if the data URI holds text', 'data:image/svg+xml,<svg/>', undefined],
		['nothing if the data URI is empty', 'data:image/png;base64,', undefined],
		['nothing if it is prose', 'an image of a cat that sits on a mat and looks out of the window', undefined],
		['nothing if it is short base64', 'aGVsbG8=', undefined],
	])('%s', (_, value, expected) => {
		expect(recognise(value, files)).toEqual(expected);
	});
});

describe('An image goes out', () => {
	it.each<[string, string, ImageForm, string, string[]]>([
		['a binary field as base64', 'data', 'base64', base64, ['file data']],
		['a URL as base64', url, 'base64', base64, [`url ${url}`]],
		['a data URI as base64', `data:image/png;base64,${base64}`, 'base64', base64, []],
		['base64 as base64 without line ends', base64.replace(/.{9}/g, '$&\n'), 'base64', base64, []],
		['a binary field as base64 where URLs are taken, too', 'data', 'base64OrUrl', base64, ['file data']],
		['a URL as it is where URLs are taken, too', url, 'base64OrUrl', url, []],
		[
			'a binary field as a data URI where those are taken',
			'data',
			'dataUriOrUrl',
			`data:image/png;base64,${base64}`,
			['file data'],
		],
		['a URL as it is where data URIs are taken, too', url, 'dataUriOrUrl', url, []],
		['a URL as it is where only URLs are taken', url, 'url', url, []],
		['a URL as it is where links are taken', url, 'link', url, []],
		[
			'a binary field as the link to an upload',
			'data',
			'link',
			'https://files.example/1',
			['file data', 'upload true image/png'],
		],
		['base64 as the link to an upload', base64, 'link', 'https://files.example/1', ['upload true image/png']],
	])('%s', async (_, value, form, expected, calls) => {
		const from = reader();
		expect(await convert(value, form, from)).toBe(expected);
		expect(from.asked).toEqual(calls);
	});

	it.each(['data', url, base64])('as a file of a form with type and name, from %.20s', async (value) => {
		const file = (await convert(value, 'file')) as File;
		expect([file.name, file.type]).toEqual(['image.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer())).toEqual(png);
	});
});

describe('Refused is', () => {
	const text = Buffer.from('<html>Sign in</html>');
	it.each<[string, string, ImageForm, Buffer, string]>([
		[
			'a value that is nothing',
			'date',
			'base64',
			png,
			'\'Mask\' is "date", but the input item has no such file. It has: data, mask.',
		],
		[
			'a file where only URLs are taken',
			'data',
			'url',
			png,
			"'Mask' is a file, but this service takes images only as URLs",
		],
		[
			'what is no image in a binary field',
			'data',
			'base64',
			text,
			"'Mask' is a web page, not a PNG, JPEG, WebP, GIF or AVIF image",
		],
		[
			'what is no image behind a URL',
			url,
			'base64',
			text,
			"'Mask' is a web page, not a PNG, JPEG, WebP, GIF or AVIF image",
		],
		[
			'an upload of what is no image',
			'data',
			'link',
			text,
			"'Mask' is a web page, not a PNG, JPEG, WebP, GIF or AVIF image",
		],
		[
			'an image that is too large',
			'data',
			'base64',
			Buffer.alloc(3 * 1024 * 1024),
			"'Mask' has 3.0 MB, but images of at most 2.0 MB are taken",
		],
	])('%s', async (_, value, form, bytes, message) => {
		const from = reader(bytes);
		await expect(convert(value, form, from)).rejects.toMatchObject({ code: 'invalid-input', message });
		expect(from.asked.filter((one) => one.startsWith('upload'))).toEqual([]);
	});

	it.each<[ImageForm, RegExp]>([
		['link', /HTTP Request.*write the name of its binary field, usually data, into 'Mask'/],
		['dataUriOrUrl', /HTTP Request/],
		['base64OrUrl', /HTTP Request/],
		['base64', /HTTP Request/],
		['file', /HTTP Request/],
		['url', /put the file where everybody can fetch it/],
	])('a URL out of the reach of the provider, as %s, with the way out', async (form, advice) => {
		const from = reader();
		await expect(convert('http://10.0.0.7:8080/a.png', form, from)).rejects.toMatchObject({
			...{ code: 'invalid-input', advice: expect.stringMatching(advice) },
			message: "'Mask' is at 10.0.0.7:8080, a private address that the provider cannot reach",
		});
		expect(from.asked).toEqual([]);
	});

	it.each<[string, unknown, RegExp]>([
		['an object', { text: 'fox' }, /gives an object.*\{\{ \$json\.url \}\}/],
		[
			'a file without its bytes',
			{ mimeType: 'image/png' },
			/leaves the contents out of \$binary.*Write the name of the field/,
		],
		['a file within a text', 'see [object Object]', /nothing but the expression/],
	])('%s, with what to write', async (_, value, advice) => {
		await expect(convert(value, 'base64')).rejects.toMatchObject({
			...{ code: 'invalid-input', advice: expect.stringMatching(advice) },
			message: expect.stringMatching(
				/^'Mask' is .*but the input item has no such file\. It has: data, mask\./,
			),
		});
	});

	it('a long value, without repeating all of it', async () => {
		const error = await convert('?'.repeat(5000), 'base64').catch((caught: Error) => caught);
		expect((error as Error).message.length).toBeLessThan(250);
	});

	it('a name where the item has no binary field at all', async () => {
		const from = reader();
		from.is.files = new Map();
		await expect(convert('data', 'base64', from)).rejects.toThrow('The item has no files.');
	});
});

it('hands on what went wrong while the image was read', async () => {
	const from = reader();
	from.is.fetchUrl = async () => await Promise.reject(new Error('gone'));
	await expect(convert(url, 'base64', from)).rejects.toThrow('gone');
});

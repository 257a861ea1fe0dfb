import { kindOf } from '../../nodes/Flux/images/fileKind.ts';
import { losslessWebp } from './encoded.mts';
import { gif, imageOf } from '../support/images.mts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const png = await imageOf('png', 40, 30);

describe('A file is named', () => {
	it.each<[string, string, Buffer, RegExp]>([
		['an empty file', 'nothing', Buffer.alloc(0), /fetched it whole/],
		[
			'a HEIC photo, as iPhones take them',
			'a photo',
			latin('\0\0\0\x24ftypheic\0\0\0\0mif1heic'),
			/Most Compatible/,
		],
		[
			'a HEIC photo, as iPhones take them',
			'a photo of another brand',
			latin('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'),
			/PNG or JPEG/,
		],
		[
			'an image that is damaged or cut off before its size',
			'half a PNG',
			png.subarray(0, 15),
			/fetched it whole/,
		],
		[
			'an image that is damaged or cut off before its size',
			'half a JPEG',
			latin('\xff\xd8\xff\xe0\0\x10JF'),
			/fetched it whole/,
		],
		[
			'an image that is damaged or cut off before its size',
			'half a WebP',
			losslessWebp(9, 9).subarray(0, 20),
			/whole/,
		],
		['an image that is damaged or cut off before its size', 'half a GIF', gif.subarray(0, 7), /whole/],
		['a JPEG XL image', 'a codestream', latin('\xff\x0a\xfa\x7f'), /PNG or JPEG/],
		['a JPEG XL image', 'a container', latin('\0\0\0\x0cJXL \r\n\x87\n'), /PNG or JPEG/],
		['a JPEG 2000 image', 'a JP2', latin('\0\0\0\x0cjP  \r\n\x87\n'), /PNG or JPEG/],
		['a TIFF image or a raw photo of a camera', 'little-endian', latin('II*\0\x08\0\0\0'), /PNG or JPEG/],
		['a TIFF image or a raw photo of a camera', 'big-endian', latin('MM\0*\0\0\0\x08'), /PNG or JPEG/],
		['a BMP image', 'a bitmap', latin('BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0'), /PNG or JPEG/],
		['an icon (ICO)', 'a favicon', latin('\0\0\x01\0\x01\0\x10\x10'), /PNG or JPEG/],
		['a Photoshop file', 'a PSD', latin('8BPS\0\x01'), /Export/],
		['an SVG drawing', 'bare', latin('<svg xmlns="http://www.w3.org/2000/svg"/>'), /render it to PNG/],
		[
			'an SVG drawing',
			'with all before it',
			latin('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC "a">\n<svg>'),
			/render/,
		],
		['a web page', 'of now', latin('\n<!doctype html><html><body>Sign in</body></html>'), /login/],
		['a web page', 'of then', latin('<HTML><HEAD><TITLE>404'), /address of the image itself/],
		['a web page', 'that holds a drawing', latin('<html><body><svg></svg>'), /login/],
		['a PDF', 'with a header', latin('%PDF-1.7\n%\xe2\xe3'), /page/],
		['a PDF', 'behind some bytes', latin('\r\n%PDF-1.4'), /page/],
		['a ZIP archive or an Office document', 'a ZIP', latin('PK\x03\x04\x14\0'), /Unpack/],
		['a packed archive', 'gzip', latin('\x1f\x8b\x08'), /Unpack/],
		['a sound file', 'an MP3', latin('ID3\x04\0'), /image in its place/],
		['a sound file', 'a WAV', latin('RIFF\x24\0\0\0WAVEfmt '), /image in its place/],
		['a video', 'an MP4', latin('\0\0\0\x20ftypisom\0\0\x02\0'), /frame/],
		['a video', 'a MOV', latin('\0\0\0\x14ftypqt  \0\0\0\0'), /frame/],
		['a video', 'a WebM', latin('\x1a\x45\xdf\xa3\x01'), /frame/],
		['a video', 'an AVI', latin('RIFF\x24\0\0\0AVI LIST'), /frame/],
		['JSON text', 'an error', latin('{"detail":"Not found"}'), /error of the service/],
		['text that holds an image as base64', 'base64', latin(png.toString('base64')), /Convert to File/],
		[
			'text that holds an image as base64',
			'a data URI',
			latin(`data:image/png;base64,${png.toString('base64')}`),
			/Convert to File/,
		],
		[
			'an SVG drawing',
			'a drawing as programs write it',
			latin(
				'<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC "x" "y" [ <!ENTITY ns "z"> ]>\n<!-- c --><svg >',
			),
			/render it/,
		],
		[
			'a data URI that was decoded as if all of it were base64',
			'as Convert to File leaves it',
			Buffer.from(`data:image/png;base64,${png.toString('base64')}`, 'base64'),
			/behind its comma/,
		],
		['an image that was read as text, which destroys it', 'a PNG', Buffer.from(png.toString()), /as a file/],
		[
			'an image that was read as text, which destroys it',
			'a JPEG',
			Buffer.from(latin('\xff\xd8\xff\xe0\0\x10JFIF').toString()),
			/as a file/,
		],
		['XML text', 'an error of S3', latin('<?xml version="1.0"?><Error/>'), /image/],
		['text', 'a sentence', Buffer.from('Größe: ∞'), /image/],
		['a file of a type that this node does not know', 'bytes', latin('\x01\x02\x03\xff\0\0'), /PNG or JPEG/],
		['a file of a type that this node does not know', 'zeros', Buffer.alloc(5_000), /PNG or JPEG/],
	])('%s: %s', (is, _, bytes, advice) => {
		const kind = kindOf(bytes);
		expect(kind.is).toBe(is);
		expect(kind.advice).toMatch(advice);
	});

	it('in no time, whatever is in it', () => {
		const started = Date.now();
		for (const text of ['<!--', '<?xml ', ' ', '[', '{"', '\xc3', '<', 'iVBORw0KGgo']) {
			kindOf(latin(text.repeat(5_000)));
		}
		// Each more doubled the time.
		for (const text of ['<!---->', '<?xml?>', '<!doctype svg>']) kindOf(latin(text.repeat(28)));
		expect(Date.now() - started).toBeLessThan(1_000);
	});
});

export interface Kind {
	/** With its article: "a PDF". */
	is: string;
	advice: string;
}

const convert = 'Convert it to PNG or JPEG first.';
const noImage = 'Give an image in its place.';

/** What may stand before the first element. Each comment has one end only: with several, many of them would have endless ways to be read. */
const before = String.raw`(?:\s|\xef\xbb\xbf|<\?xml(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->)*`;

/** By the first bytes, each read as one character (`\cA` is 1, `\cZ` 26). The first that fits counts. */
const kinds: Array<Kind & { starts: RegExp }> = [
	{ starts: /^$/, is: 'an empty file', advice: 'Look whether the node before has fetched it whole.' },
	{
		starts: /^.{4}ftyp(?:he[iv][cxms]|mif1|msf1)/s,
		is: 'a HEIC photo, as iPhones take them',
		advice: `${convert} On the phone, Settings > Camera > Formats > Most Compatible makes JPEGs from the start.`,
	},
	{
		starts: /^(?:\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP|GIF8|.{4}ftypavi[fs])/s,
		is: 'an image that is damaged or cut off before its size',
		advice: 'Look whether the node before has fetched it whole, and whether it opens elsewhere.',
	},
	{ starts: /^(?:\xff\n|.{4}JXL )/s, is: 'a JPEG XL image', advice: convert },
	{ starts: /^(?:.{4}jP {2}|\xff\x4f\xff\x51)/s, is: 'a JPEG 2000 image', advice: convert },
	{ starts: /^(?:II[*+]\0|MM\0[*+])/, is: 'a TIFF image or a raw photo of a camera', advice: convert },
	{ starts: /^BM.{4}\0{4}/s, is: 'a BMP image', advice: convert },
	{ starts: /^\0\0[\cA\cB]\0/, is: 'an icon (ICO)', advice: convert },
	{ starts: /^8BPS/, is: 'a Photoshop file', advice: 'Export it as PNG or JPEG first.' },
	{
		starts: new RegExp(`^${before}(?:<!doctype svg[^>[]*(?:\\[[^\\]]*\\]\\s*)?>${before})?<svg[\\s>]`, 'is'),
		is: 'an SVG drawing',
		advice: 'Providers take pixels only: render it to PNG first.',
	},
	{
		starts: new RegExp(`^${before}<(?:!doctype html|html|head|body|script|title|meta|div)\\b`, 'is'),
		is: 'a web page',
		advice:
			'The address may need a login, or be that of the page around the image. Give the address of the image itself.',
	},
	{ starts: /^.{0,1000}%PDF-/s, is: 'a PDF', advice: 'Turn the page into a PNG or JPEG first.' },
	{ starts: /^%!PS/, is: 'a PostScript file', advice: convert },
	{
		starts: /^PK(?:\cC\cD|\cE\cF)/,
		is: 'a ZIP archive or an Office document',
		advice: 'Unpack it first, for example with a Compression node, and give one image of it.',
	},
	{
		starts: /^(?:.\x8b\cH|Rar!|7z\xbc\xaf|BZh|\xfd7zXZ)/,
		is: 'a packed archive',
		advice: 'Unpack it first and give one image of it.',
	},
	{
		starts: /^(?:ID3|\xff[\xf2\xf3\xfa\xfb]|OggS|fLaC|RIFF.{4}WAVE|.{4}ftypM4[AB])/s,
		is: 'a sound file',
		advice: noImage,
	},
	{
		starts: /^(?:.{4}(?:ftyp|moov|mdat|wide)|\cZ\x45\xdf\xa3|RIFF.{4}AVI |\0\0\cA[\xb3\xba]|FLV\cA)/s,
		is: 'a video',
		advice: 'Give a single frame of it as PNG or JPEG.',
	},
	{
		starts: /^\s*[[{][\s\S]*["\]}]/,
		is: 'JSON text',
		advice: 'It may be the error of the service that was asked for the image: look into the file.',
	},
	{
		starts: /^\s*(?:data:image\/[^,]*,|iVBORw0KGgo|\/9j\/|UklGR|R0lGOD)[A-Za-z0-9+/=\s]*$/,
		is: 'text that holds an image as base64',
		advice:
			'Turn it into a file with a Convert to File node ("Move Base64 String to File"), or give the text itself.',
	},
	{
		// The first bytes that come of "data:image".
		starts: /^u\xabZ\x8af\xa0/,
		is: 'a data URI that was decoded as if all of it were base64',
		advice: 'Have only what stands behind its comma decoded, or give the data URI itself.',
	},
	{
		starts: /^\xef\xbf\xbd(?:PNG|\xef\xbf\xbd)/,
		is: 'an image that was read as text, which destroys it',
		advice: 'Let the node that fetched it hand it on as a file.',
	},
	{ starts: /^<\?xml/, is: 'XML text', advice: noImage },
	{ starts: /^(?:[\t\n\r\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]{1,3})+/, is: 'text', advice: noImage },
];

const unknown: Kind = { is: 'a file of a type that this node does not know', advice: convert };

/** Says what a file is that could not be read as an image. */
export function kindOf(bytes: Uint8Array): Kind {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2_000)).toString('latin1');
	return kinds.find(({ starts }) => starts.test(head)) ?? unknown;
}

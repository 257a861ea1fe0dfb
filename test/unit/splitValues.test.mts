import fc from 'fast-check';

import { splitValues } from '../../nodes/Flux/images/splitValues.ts';
import { runs } from './fuzzRuns.mts';
import { gif, imageOf } from '../support/images.mts';

const url = 'https://cdn.example/w_400,h_400/a.jpg';
const png = await imageOf('png', 40, 30);
const base64 = png.toString('base64');
const inLines = (text: string, width: number, lineEnd = '\n') =>
	text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${lineEnd}`);
const dataUri = `data:image/png;base64,${base64}`;
const names = ['data', 'mask', 'my photo', 'cat, small', 'cat'];

describe('A text is divided into', () => {
	it.each<[string, string, string[]]>([
		['nothing if it is empty', ' , \n ,', []],
		['names at commas', 'data, mask', ['data', 'mask']],
		['names at commas without spaces', 'data,mask', ['data', 'mask']],
		['names at lines', 'data\r\nmask\n', ['data', 'mask']],
		['names that the item does not have', 'date, maks', ['date', 'maks']],
		['names with spaces', 'my photo, data', ['my photo', 'data']],
		['names with commas that the item has', 'cat, small, data', ['cat, small', 'data']],
		['a name and not the beginning of a longer one', 'cat, large', ['cat', 'large']],
		['one URL with commas', url, [url]],
		['one URL that ends with commas', 'https://a.example/f:a,b', ['https://a.example/f:a,b']],
		['one URL with a comma and a space', 'https://a.example/a, b.png', ['https://a.example/a, b.png']],
		['two URLs with commas', `${url},${url}`, [url, url]],
		['two URLs with commas and spaces', `${url}, ${url}`, [url, url]],
		['two URLs with a space', `${url} ${url}`, [url, url]],
		['a data URI with a space behind its comma', dataUri.replace(',', ', '), [dataUri.replace(',', ', ')]],
		['an empty data URI and a URL', `data:image/png;base64,\n${url}`, ['data:image/png;base64,', url]],
		['a URL and an empty data URI', `${url}, data:image/png;base64,`, [url, 'data:image/png;base64,']],
		['two URLs on lines', `${url}\n${url}`, [url, url]],
		['URLs without the comma at the end', `${url},\n${url},`, [url, url]],
		['a URL and a name', `${url},data`, [url, 'data']],
		['a URL and a name that the item does not have', `${url}, date`, [url, 'date']],
		['a URL and a data URI', `${url},${dataUri}`, [url, dataUri]],
		['a URL and base64', `${url},${base64}`, [url, base64]],
		[
			'a URL whose path could be base64',
			`https://a.example/a,${'b/'.repeat(50)}`,
			[`https://a.example/a,${'b/'.repeat(50)}`],
		],
		['one data URI', dataUri, [dataUri]],
		['two data URIs', `${dataUri},${dataUri}`, [dataUri, dataUri]],
		['one data URI in lines', inLines(dataUri, 76), [inLines(dataUri, 76)]],
		['a data URI and a name', `${dataUri}\nmask`, [dataUri, 'mask']],
		['a data URI of text', 'data:image/svg+xml,<svg/>,data', ['data:image/svg+xml,<svg/>', 'data']],
		['base64', base64, [base64]],
		['base64 in lines of 76', inLines(base64, 76), [inLines(base64, 76)]],
		[
			'base64 in lines of 64 as Windows ends them',
			inLines(base64, 64, '\r\n'),
			[inLines(base64, 64, '\r\n')],
		],
		['base64 in short lines', inLines(base64, 20), [inLines(base64, 20)]],
		['base64 whose lines became spaces', inLines(base64, 76, ' '), [inLines(base64, 76, ' ')]],
		['base64 in lines and a name', `${inLines(base64, 76)}\ndata`, [inLines(base64, 76), 'data']],
		['base64 of no known file in lines', inLines('QUJD'.repeat(60), 76), [inLines('QUJD'.repeat(60), 76)]],
		['prose at its commas', 'a cat, on a mat', ['a cat', 'on a mat']],
	])('%s', (_, text, expected) => {
		expect(splitValues(text, names)).toEqual(expected);
	});

	it('many values in time that grows only with their length', () => {
		const many = Array.from({ length: 5_000 }, (_, index) => `https://a.example/w_1,h_${index}`);
		expect(splitValues(many.join(','), names)).toEqual(many);
		const large = inLines('iVBORw0KGgo='.slice(0, 11) + 'QUJD'.repeat(1_000_000), 76);
		expect(splitValues(large, names)).toEqual([large]);
	});
});

const files = await Promise.all(
	[1, 3, 4, 9].flatMap((width) =>
		(['png', 'jpeg', 'webp', 'avif'] as const).map(async (format) => await imageOf(format, width, 5)),
	),
);
const someBase64 = fc
	.record({
		file: fc.constantFrom(...files, gif),
		// Without padding at every length, too.
		more: fc.nat({ max: 3 }),
		width: fc.constantFrom(0, 20, 64, 76),
		lineEnd: fc.constantFrom('\n', '\r\n', ' '),
		isUrl: fc.boolean(),
	})
	.map(({ file, more, width, lineEnd, isUrl }) => {
		const text = Buffer.concat([file, Buffer.alloc(more, 0x55)]).toString(isUrl ? 'base64url' : 'base64');
		return width === 0 ? text : inLines(text, width, lineEnd);
	});
const pathPart = fc
	.array(
		fc.constantFrom(
			'a',
			'w_400',
			'h_400',
			'fit',
			'ä',
			'%20',
			'-',
			'.',
			':',
			'=',
			'?',
			'&',
			'(1)',
			'data',
			'f_auto',
		),
		{ minLength: 1, maxLength: 6 },
	)
	.map((parts) => parts.join(''));
const someUrl = fc
	.tuple(
		fc.constantFrom('https://cdn.example/', 'http://10.0.0.1:8080/', 'HTTPS://X.EXAMPLE/'),
		fc.array(pathPart, { minLength: 1, maxLength: 4 }),
		fc.constantFrom(',', '/', ', '),
	)
	.map(([host, parts, joint]) => `${host}${parts.join(joint)}`)
	// What stands behind a comma could be a name or the next value then.
	.filter((one) => !/,\s*(?:data|mask|cat)\s*(?:,|$)|, [^,./?%=&]+(?:,|$)/.test(one));
const value = fc.oneof(
	fc.constantFrom(...names),
	someUrl,
	someBase64,
	someBase64.map((text) => `data:image/png;base64,${text}`),
);

it('Complete values joined by commas or lines come out as they were', () => {
	fc.assert(
		fc.property(
			fc.array(value, { minLength: 1, maxLength: 5 }),
			fc.constantFrom(',', ', ', '\n', '\r\n', ',\n', ' , '),
			(values, joint) => {
				// Two names may read as one.
				fc.pre(
					!values.some((one, index) => one === 'cat' && joint === ', ' && values[index + 1] === 'small'),
				);
				expect(splitValues(values.join(joint), names)).toEqual(values);
			},
		),
		runs,
	);
});

it('No character of a text is lost but white space and commas', () => {
	const any = fc.array(fc.oneof(value, fc.string(), fc.constantFrom(',', '\n', ' ')), { maxLength: 6 });
	const bare = (text: string) => text.replace(/[\s,]+/g, '');
	fc.assert(
		fc.property(any, (parts) => {
			const text = parts.join('');
			const values = splitValues(text, names);
			expect(values.every((one) => one.trim() !== '')).toBe(true);
			expect(bare(values.join(''))).toBe(bare(text));
		}),
		runs,
	);
});

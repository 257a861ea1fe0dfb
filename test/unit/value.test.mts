import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { filesOf, imageValues, namesOf } from '../../nodes/Flux/images/imageValue.ts';

const stored = (name: string): IBinaryData => ({
	...{ mimeType: 'image/png', fileName: `${name}.png`, data: 'filesystem-v2' },
	id: `filesystem-v2:workflows/1/${name}`,
});
const inline = (name: string, data = 'AAAA'): IBinaryData => ({
	...{ mimeType: 'image/png', fileName: `${name}.png`, bytes: 3, data },
});
/** What `$binary` makes of a file in memory. */
const emptied = ({ data: _data, ...rest }: IBinaryData) => rest;

const a = stored('a');
const b = stored('b');
const c = inline('c');
const item: INodeExecutionData = { json: {}, binary: { data: a, mask: b, photo: c } };
const read = (value: unknown, from = item) => imageValues(value, filesOf(from));

describe('Images are', () => {
	it.each<[string, unknown, unknown[]]>([
		['none if nothing is set', undefined, []],
		['none of null', null, []],
		['none of an empty list', [], []],
		['a name', 'data', ['data']],
		['names', 'data, mask', ['data', 'mask']],
		['names in a list', ['data', 'mask,photo'], ['data', 'mask', 'photo']],
		['names as JSON', '["data", "mask"]', ['data', 'mask']],
		['what only looks like JSON as it is', '[data', ['[data']],
		['a file in a storage', a, [a]],
		['a file in memory', c, [c]],
		['files in a list', [a, c], [a, c]],
		['files in a list in a list, as an entry by expression gives them', [[a, b], 'photo'], [a, b, 'photo']],
		['a file as JSON', JSON.stringify(a), [a]],
		['files as JSON', JSON.stringify([a, b]), [a, b]],
		['a file whose bytes $binary leaves out', emptied(c), [c]],
		['all files of $binary', { data: a, photo: emptied(c) }, [a, c]],
		['the files of an item', { json: {}, binary: { data: a, mask: b } }, [a, b]],
		[
			'the files of items',
			[
				{ json: {}, binary: { x: a } },
				{ json: {}, binary: { x: b } },
			],
			[a, b],
		],
		['the files that an item holds in its JSON', { _files: { data: a, mask: b } }, [a, b]],
		[
			'the links of attachments',
			[{ id: 'att1', url: 'https://a.example/1,2.png', type: 'image/png' }],
			['https://a.example/1,2.png'],
		],
		['the links of messages', { image_url: { url: 'https://a.example/1.png' } }, ['https://a.example/1.png']],
		['bytes', Buffer.of(1, 2), [Buffer.of(1, 2)]],
		['bytes as JSON holds them', { type: 'Buffer', data: [1, 2] }, [Buffer.of(1, 2)]],
		['another object as it is', { a: 1 }, [{ a: 1 }]],
		['a number as it is', 7, [7]],
	])('%s', (_, value, expected) => {
		expect(read(value)).toEqual(expected);
	});
});

describe('A file without its bytes', () => {
	it('is not guessed if two files look alike', () => {
		const [one, other] = [inline('c', 'AAAA'), inline('c', 'BBBB')];
		const twins: INodeExecutionData = { json: {}, binary: { one, other } };
		expect(read(emptied(one), twins)).toEqual([emptied(one)]);
		// All of them together have their names.
		expect(read({ one: emptied(one), other: emptied(other) }, twins)).toEqual([one, other]);
	});

	it('may be any of several that are the same', () => {
		const one = inline('c');
		expect(read(emptied(one), { json: {}, binary: { one, other: { ...one } } })).toEqual([one]);
	});

	it('is not taken for one of another item', () => {
		expect(read(emptied(inline('z')))).toEqual([emptied(inline('z'))]);
		expect(read({ photo: emptied(inline('z')) })).toEqual([emptied(inline('z'))]);
	});
});

describe('The files of an item', () => {
	it('are known by their names', () => {
		expect([...filesOf(item).keys()]).toEqual(['data', 'mask', 'photo']);
		expect(namesOf(filesOf(item))).toBe('data, mask, photo');
		expect(namesOf(filesOf({ json: {} }))).toBe('none');
	});

	it('are known by name and path where they stand in the JSON', () => {
		const files = filesOf({ json: { _files: { data: a, text: 'no file' } } as never });
		expect(files.get('data')).toEqual(a);
		expect(files.get('_files.data')).toEqual(a);
		expect(namesOf(files)).toBe('data');
	});
});

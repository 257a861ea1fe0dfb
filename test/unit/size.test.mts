import { sidesOf, wrongSize } from '../../nodes/Flux/catalogue/size.ts';

it.each([
	['1024x768', { width: '1024', height: '768', pixels: '1024x768' }],
	[' 1024 × 768 ', { width: '1024', height: '768', pixels: '1024x768' }],
	['1024*768', { width: '1024', height: '768', pixels: '1024x768' }],
	['16:9', { ratio: '16:9' }],
	['16 / 9', { ratio: '16:9' }],
	['16x9', { ratio: '16:9' }],
	['2.35:1', { ratio: '2.35:1' }],
	['AUTO', { ratio: 'auto' }],
	['2k', { class: '2K' }],
	['1.5K', { class: '1.5K' }],
	[512, { class: '512' }],
	['16:9 2K', { ratio: '16:9', class: '2K' }],
	['2K, 16:9', { ratio: '16:9', class: '2K' }],
	['16:9 4:3', undefined],
	['1024x768 512x512', undefined],
	['square', undefined],
	['1024x', undefined],
	['1024x768x3', undefined],
	['', undefined],
])('reads the size %j', (size, sides) => {
	expect(sidesOf(size)).toEqual(sides);
});

const pixels = ['width', 'height'] as const;
const all = ['ratio', 'class', 'pixels'] as const;

it.each([
	['1024x768', pixels],
	['1024x768', ['pixels']],
	['16:9', ['ratio']],
	['16:9', all],
	['16:9 2K', all],
	['1024x768', all],
] as const)('finds nothing wrong with %s for who takes %j', (size, taken) => {
	expect(wrongSize(size, taken)).toBeUndefined();
});

it.each([
	['16:9', pixels, 'width and height in pixels (such as 1024x768)', undefined],
	['1280x720', ['ratio'], 'a ratio (such as 16:9)', 'Write 16:9.'],
	['1024x768', ['ratio', 'class'], 'a ratio (such as 16:9) or a size class (such as 2K)', 'Write 4:3.'],
	['16:9 2K', ['ratio'], 'a ratio (such as 16:9)', undefined],
	[
		'1024x768 2K',
		all,
		'width and height in pixels (such as 1024x768), a ratio (such as 16:9) or a size class (such as 2K)',
		undefined,
	],
	['large', ['class'], 'a size class (such as 2K)', undefined],
] as const)('says what is wrong with %s for who takes %j', (size, taken, takes, instead) => {
	expect(wrongSize(size, taken)).toEqual({ takes, ...(instead !== undefined && { instead }) });
});

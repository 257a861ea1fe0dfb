import fc from 'fast-check';

import { fileName, type NameParts } from '../../nodes/Flux/images/fileName.ts';
import { character, runs } from './fuzzRuns.mts';

const parts: NameParts = {
	model: 'flux-2-pro',
	seed: 42,
	job: { id: '0a1b2c3d-4e5f-6789' },
	imageIndex: 0,
	imageCount: 1,
	itemIndex: 3,
};
const several = { imageIndex: 1, imageCount: 4 };

describe('A file name', () => {
	it.each<[string, string | undefined, Partial<NameParts>, string, string]>([
		['is model and seed by default', undefined, {}, 'png', 'flux-2-pro-42.png'],
		['is the default for an empty template', '  ', {}, 'png', 'flux-2-pro-42.png'],
		['tells the job where no seed is known', undefined, { seed: null }, 'png', 'flux-2-pro-0a1b2c3d.png'],
		[
			'does not say image twice',
			undefined,
			{ model: 'flux-3-image', seed: null, job: {} },
			'png',
			'flux-3-image.png',
		],
		['does without seed and job', undefined, { seed: null, job: {} }, 'png', 'flux-2-pro-image.png'],
		['does without a model', undefined, { model: null }, 'png', 'flux-42.png'],
		[
			'tells images of one seed apart',
			undefined,
			{ ...several, isSeedShared: true },
			'png',
			'flux-2-pro-42-2.png',
		],
		['keeps the seed 0', undefined, { seed: 0 }, 'png', 'flux-2-pro-0.png'],
		['holds every word', '{item}_{index}_{job}_{seed}_{model}', {}, 'png', '3_1_0a1b2c3d_42_flux-2-pro.png'],
		['holds a word twice', '{seed}{seed}', {}, 'png', '4242.png'],
		['keeps words that it does not know', '{date} {Seed}', {}, 'png', '{date} {Seed}.png'],
		['ends as its bytes do', 'photo', {}, 'webp', 'photo.webp'],
		['loses an ending that is wrong', 'photo.png', {}, 'jpg', 'photo.jpg'],
		['loses an ending in upper case', 'photo.JPEG', {}, 'png', 'photo.png'],
		['keeps an ending that is no format of images', 'photo.v2', {}, 'png', 'photo.v2.png'],
		['keeps letters of every language', 'Bild größe 写真', {}, 'png', 'Bild größe 写真.png'],
		[
			'has no slashes of a model',
			undefined,
			{ model: 'flux-tools/vto-v2' },
			'png',
			'flux-tools-vto-v2-42.png',
		],
		['has no path upwards', '../../etc/passwd', {}, 'png', 'etc-passwd.png'],
		['has no path upwards for Windows', '..\\..\\system.ini', {}, 'png', 'system.ini.png'],
		['has no path upwards from an id', '{job}', { job: { id: '../../x' } }, 'png', 'x.png'],
		['has no drive', 'C:\\temp\\a', {}, 'png', 'C-temp-a.png'],
		['does not start with a dot', '.hidden', {}, 'png', 'hidden.png'],
		['does not end with dots or spaces', 'name. . ', {}, 'png', 'name.png'],
		['has nothing that Windows refuses', 'a<b>c:d"e|f?g*h', {}, 'png', 'a-b-c-d-e-f-g-h.png'],
		['has no control characters', 'a\u0000b\nc\u007fd', {}, 'png', 'a-b-c-d.png'],
		['has nothing that turns the direction', 'a\u202egnp.exe', {}, 'png', 'a-gnp.exe.png'],
		['is never empty', '///', {}, 'png', 'flux-image.png'],
		['is never only an ending', '.png', {}, 'png', 'flux-image.png'],
		['is never only dots', '..', {}, 'png', 'flux-image.png'],
		['is cut when it is long', 'x'.repeat(500), {}, 'png', `${'x'.repeat(120)}.png`],
	])('%s', (_, template, some, extension, expected) => {
		expect(fileName(template, { ...parts, ...some }, extension)).toBe(expected);
	});
});

describe('The name of one of several images', () => {
	it.each<[string, string | undefined, Partial<NameParts>, string]>([
		['tells them apart by seed', undefined, {}, 'flux-2-pro-42.png'],
		['gets a number where no seed is known', undefined, { seed: null }, 'flux-2-pro-0a1b2c3d-2.png'],
		['gets a number where the template has none', 'photo', {}, 'photo-2.png'],
		['gets the number before the ending', 'photo.png', {}, 'photo-2.png'],
		['gets a number though it tells the job', '{job}', {}, '0a1b2c3d-2.png'],
		['has the number where the template wants it', '{index}-photo', {}, '2-photo.png'],
	])('%s', (_, template, some, expected) => {
		expect(fileName(template, { ...parts, ...several, ...some }, 'png')).toBe(expected);
	});

	it('is another one for each image', () => {
		const names = [0, 1, 2, 3].map((imageIndex) =>
			fileName('photo', { ...parts, imageIndex, imageCount: 4 }, 'png'),
		);
		expect(new Set(names).size).toBe(4);
	});
});

it('is safe whatever stands in the template, the model and the id', () => {
	const anything = fc.string({ unit: character, maxLength: 60 });
	const pieces = fc.constantFrom(
		'{model}',
		'{seed}',
		'{job}',
		'{index}',
		'/',
		'\\',
		'..',
		'\u0000',
		'.png',
		' ',
	);
	const template = fc.array(fc.oneof(anything, pieces), { maxLength: 8 }).map((list) => list.join(''));
	fc.assert(
		fc.property(
			template,
			anything,
			anything,
			fc.integer({ min: 1, max: 3 }),
			(text, model, id, imageCount) => {
				const name = fileName(text, { ...parts, model, job: { id }, imageCount }, 'png');
				expect(name).toMatch(/^[^./\\\s][^/\\]*\.png$/u);
				expect(name).not.toMatch(/[\p{Cc}<>:"|?*]/u);
				expect(name.length).toBeLessThanOrEqual(130);
			},
		),
		runs,
	);
});

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { read } from './rooms.mts';

// n8n's linter reads literals in the sources, and this node's description is made from the catalogue. So the rules that
// @n8n/eslint-plugin-community-nodes documents for descriptions are asked of the description itself, by their names there.

const { description } = new Flux();

const all: Array<{ path: string; property: INodeProperties; isInCollection: boolean }> = [];
const gather = (properties: INodeProperties[], path: string, isInCollection: boolean) => {
	for (const property of properties) {
		all.push({ path: `${path}${property.name}`, property, isInCollection });
		if (property.type === 'collection')
			gather(property.options as INodeProperties[], `${path}${property.name}.`, true);
	}
};
gather(description.properties, '', false);

const pathsOf = (isWrong: (one: (typeof all)[number]) => boolean) =>
	all.filter(isWrong).map(({ path }) => path);
const optionsOf = ({ type, options }: INodeProperties) =>
	type === 'options' ? (options as INodePropertyOptions[]) : [];

/** The contrast of two colours such as `#2b2b2b`, by WCAG. */
function contrast(one: string, other: string): number {
	const [lighter, darker] = [one, other]
		.map((colour) => {
			const [red, green, blue] = [1, 3, 5]
				.map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
				.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
			return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
		})
		.sort((first, second) => second - first);
	return (lighter + 0.05) / (darker + 0.05);
}

it('finds what it looks at', () => {
	expect(all.length).toBeGreaterThan(100);
	expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});

it('hint-max-length: no hint has more than 120 characters', () => {
	expect(pathsOf(({ property }) => (property.hint ?? '').length > 120)).toEqual([]);
});

it('require-param-default: every parameter has a default', () => {
	expect(pathsOf(({ property }) => property.default === undefined)).toEqual([]);
});

it('open-ended-node-fields: JSON is asked for in collections only', () => {
	expect(pathsOf(({ property, isInCollection }) => property.type === 'json' && !isInCollection)).toEqual([]);
});

it('non-required-fields-in-collection: nothing in a collection is required', () => {
	expect(pathsOf(({ property, isInCollection }) => isInCollection && property.required === true)).toEqual([]);
});

it('no-duplicate-param-options, no-asterisk-in-option-names, no-emoji-in-options', () => {
	const keyOf = ({ value, displayOptions }: INodePropertyOptions) => JSON.stringify([value, displayOptions]);
	const isTwice = (property: INodeProperties) => {
		const keys = optionsOf(property).map(keyOf);
		return new Set(keys).size < keys.length;
	};
	expect(pathsOf(({ property }) => isTwice(property))).toEqual([]);
	const isOdd = ({ name }: INodePropertyOptions) => /\*|\p{Extended_Pictographic}/u.test(name);
	expect(pathsOf(({ property }) => optionsOf(property).some(isOdd))).toEqual([]);
});

it('single-credential-per-node: each API shows its own credential and no other one', () => {
	const shown = description.credentials!.map(({ displayOptions }) => displayOptions?.show);
	expect(shown.every((show) => show !== undefined && Object.keys(show).join() === 'authentication')).toBe(
		true,
	);
	const apis = shown.flatMap((show) => show!.authentication);
	expect(new Set(apis).size).toBe(description.credentials!.length);
	expect(apis).toHaveLength(description.credentials!.length);
});

it('no-ai-codex-category, no-codex-subcategories: the node is found in the main search of n8n', () => {
	const { categories, subcategories } = JSON.parse(read('nodes/Flux/Flux.node.json')) as {
		categories: string[];
		subcategories?: object;
	};
	expect(categories).toEqual(['Marketing & Content']);
	expect(subcategories).toBeUndefined();
});

it.each([
	['flux.svg', '#ffffff'],
	['flux.dark.svg', '#2b2b2b'],
])('icon-contrast: %s stands out from %s by 3 to 1', (file, background) => {
	const colours = [
		...read(`nodes/Flux/${file}`).matchAll(/(?:fill|stroke|stop-color)="(#[0-9a-f]{6})"/g),
	].map(([, colour]) => contrast(colour, background));
	expect(Math.max(...colours)).toBeGreaterThanOrEqual(3);
});

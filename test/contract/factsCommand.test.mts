import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Schema } from '../sandbox/schema.mts';
import { advice, documentIn, onPurpose } from './documentDifferences.mts';

const pathOf = (name: string) => fileURLToPath(new URL(`../sandbox/documents/${name}.json`, import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(pathOf(name), 'utf8')) as Schema;

const extracts = ['bfl', 'apiframe', 'replicateModels'];

it.each(extracts)('Has nothing to say of the extract %s', (name) => {
	expect(advice(documentIn(read(name)))).toEqual([]);
});

it('Says so where nothing differs', () => {
	const command = fileURLToPath(new URL('factsCommand.mts', import.meta.url));
	const args = ['--import', 'tsx', command, pathOf('apiframe')];
	const env = { ...process.env, NODE_OPTIONS: '' };
	expect(execFileSync(process.execPath, args, { env, encoding: 'utf8' })).toBe(
		'The node has all that this document has.\n',
	);
});

it.each(onPurpose)('Would speak of $rule of $field, were it not on purpose: $why', (row) => {
	const all = onPurpose.splice(0);
	onPurpose.push(...all.filter((one) => one !== row));
	const said = extracts.flatMap((name) => advice(documentIn(read(name))));
	onPurpose.splice(0, Infinity, ...all);
	expect(said).not.toEqual([]);
});

it('Names a range, a field and a model that are new in a document, and where to change it', () => {
	const json = read('bfl');
	const { Flux2Inputs } = json.components.schemas;
	Flux2Inputs.properties.safety_tolerance.maximum = 6;
	Flux2Inputs.properties.sharpness = { type: 'number' };
	delete Flux2Inputs.properties.seed;
	json.paths['/v1/flux-4'] = json.paths['/v1/flux-2-pro'];
	const place = 'in nodes/Flux/providers/blackForestLabs/{models,fields}.ts';
	expect(advice(documentIn(json)).filter((line) => !/^flux-2-(max|pro-preview),/.test(line))).toEqual([
		`flux-4 is in no list. Add an entry ${place}.`,
		`flux-2-pro, safety_tolerance: the document has 6 for maximum, the catalogue 5. Change it ${place}.`,
		`flux-2-pro, sharpness: the catalogue does not have it. Add it with field('parameter', …) ${place}: {"type":"number"}`,
		`flux-2-pro, seed: the document does not have it. Remove it ${place}.`,
	]);
});

it("Reads a model's schema in each form in which Replicate gives it", () => {
	const id = 'black-forest-labs/flux-schnell';
	const schema = read('replicateModels')[id] as Schema;
	schema.components.schemas.Input.properties.num_outputs.maximum = 8;
	const { components } = schema;
	const model = { owner: 'black-forest-labs', name: 'flux-schnell' };
	for (const [json, named] of [
		[{ components }, id],
		[{ openapi_schema: { components } }, id],
		[{ ...model, latest_version: { openapi_schema: { components } } }, undefined],
	] as Array<[Schema, string | undefined]>) {
		expect(advice(documentIn(json, named))).toEqual([
			expect.stringContaining(`${id}, num_outputs: the document has 8 for maximum, the catalogue 4.`),
		]);
	}
	expect(() => documentIn({ html: true })).toThrow('neither an OpenAPI document');
});

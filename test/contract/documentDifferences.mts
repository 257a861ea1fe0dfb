import { createRequire } from 'node:module';

import type { Model, Provider } from '../../nodes/Flux/provider.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { differences, plain, type Difference } from '../sandbox/documents/compare.mts';
import { disagreements } from '../sandbox/documents/disagreements.mts';
import { Document } from '../sandbox/documents/documents.mts';
import type { Schema } from '../sandbox/schema.mts';
import { unfilled } from './wireNames.mts';

type ModelFields = typeof import('../../nodes/Flux/catalogue/modelFields.ts');
// tsx gives who imports a file another copy of it than those who require it, as the providers do, and the rules are in theirs.
const { fieldsOf, schemaOf } = createRequire(import.meta.url)(
	'../../nodes/Flux/catalogue/modelFields.ts',
) as ModelFields;

type Api = 'bfl' | 'replicate' | 'apiframe';
const providers: Record<Api, Provider> = { bfl: blackForestLabs, replicate, apiframe };

/** What is different on purpose, whatever the provider; each must still be so somewhere. */
export const onPurpose: Array<{ field: RegExp; rule: string; document: unknown; why: string }> = [
	{ field: /./, rule: 'nullable', document: true, why: 'what is not set is not sent, and never as null' },
	{ field: /^prompt$/, rule: 'minLength', document: undefined, why: 'an empty prompt is a mistake' },
	{ field: /^prompt$/, rule: 'default', document: '', why: 'an empty prompt is a mistake' },
	{ field: /^finetune_id$/, rule: 'minLength', document: undefined, why: 'an empty id names nothing' },
	{ field: /^webhook_url$/, rule: 'minLength', document: 1, why: 'a URL is never empty' },
	{ field: /^disable_pup$/, rule: 'default', document: false, why: 'its parameter says the opposite' },
	{ field: /^aspect_ratio$/, rule: 'pattern', document: undefined, why: 'the guide: from 21:9 to 9:21' },
	{
		field: /^(width|height)$/,
		rule: 'multipleOf',
		document: undefined,
		why: 'others are rounded in silence',
	},
	{ field: /^output_format$/, rule: 'enum', document: undefined, why: 'the formats of all others' },
	{ field: /\.loraId$/, rule: 'pattern', document: undefined, why: 'it is how a UUID is checked' },
	{ field: /\.mode$/, rule: 'required', document: true, why: 'it is filled in' },
	{ field: /\.mode$/, rule: 'default', document: undefined, why: 'it is filled in' },
];

/** A provider's document, or a model's schema in each form in which Replicate gives it; `id` names a schema alone. */
export function documentIn(json: Schema, id?: string): Document {
	const paths = Object.keys((json.paths as object | undefined) ?? {});
	if (paths.includes('/v2/images/generate')) return new Document('apiframe', [], false, json);
	if (paths.some((path) => path.startsWith('/v1/flux'))) return new Document('bfl', [], false, json);
	const own = (json.latest_version?.openapi_schema ?? json.openapi_schema ?? json) as Schema;
	const name = id ?? `${json.owner}/${json.name}`;
	const models = own.components ? { [name]: own } : own;
	const isModel = (one: Schema) => one?.components?.schemas?.Input !== undefined;
	if (!Object.values(models as Record<string, Schema>).every(isModel))
		throw new Error(
			'This is neither an OpenAPI document of Black Forest Labs or Apiframe nor a schema of a model',
		);
	return new Document('replicate', [], false, { paths: {}, components: { schemas: {} }, models });
}

/** An image is turned into what its field takes, such as a link. */
function asSent(schema: Schema): Schema {
	if (schema.image !== 'link') return schema;
	const { items } = schema as { items?: Schema };
	return items ? { ...schema, items: { ...items, format: 'uri' } } : { ...schema, format: 'uri' };
}

/** The body of a model as it goes over the wire. */
function wireSchema(api: Api, { body, endpoint }: Model): Schema {
	const { properties, required = [] } = schemaOf(body) as Schema;
	const outside = fieldsOf(body).flatMap((field) => (field.outside === true ? [field.name] : []));
	const part = (isOutside: boolean) => {
		const names = Object.keys(properties as object).filter((name) => outside.includes(name) === isOutside);
		return {
			type: 'object',
			properties: Object.fromEntries(names.map((name) => [name, asSent(properties[name] as Schema)])),
			required: (required as string[]).filter((name) => names.includes(name)),
		};
	};
	if (api !== 'apiframe') return part(false);
	const whole = part(true);
	const block = part(false);
	return {
		...whole,
		properties: { ...whole.properties, [endpoint!.block!]: block },
		required: [...whole.required, ...(block.required.length > 0 ? [endpoint!.block!] : [])],
	};
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Whether the table has decided of it: the document still says what it said then. */
const isDecided = (api: Api, id: string, { field, rule, one }: Difference) =>
	disagreements.some(
		(row) =>
			row.api === api &&
			row.of.includes(id) &&
			row.fields?.includes(field) === true &&
			row.rule === rule &&
			(rule === 'field' ? (one === undefined) === (row.document === undefined) : same(one, row.document)),
	);

const isOnPurpose = ({ field, rule, one, other }: Difference) => {
	const name = field.split('.').pop()!;
	if (rule === 'field' && other === undefined && unfilled.some((each) => each.field === name && !each.model))
		return true;
	return onPurpose.some((each) => each.field.test(field) && each.rule === rule && same(each.document, one));
};

/** Where a field takes one value or a list, a list holds one as well. */
function listsOnly(schema: Schema): Schema {
	const chosen = Object.entries(schema.properties as Record<string, Schema>).map(
		([name, { anyOf, ...one }]) => {
			const list = (anyOf as Schema[] | undefined)?.find(({ type }) => type === 'array');
			return [name, list ? { ...list, ...one, type: 'array' } : { ...one, ...(anyOf && { anyOf }) }];
		},
	);
	return { ...schema, properties: Object.fromEntries(chosen) };
}

/** All that a document says of the catalogue's models that the catalogue says otherwise. */
export function documentDifferences(document: Document): Array<Difference & { id: string }> {
	const api = document.api as Api;
	return providers[api].models.flatMap((model) => {
		const pointer = document.modelPointer(model.id);
		if (!pointer) return [];
		const theirs = listsOnly(plain(document.at(pointer), (place) => document.at(place)));
		const ours = plain(wireSchema(api, model), () => ({}));
		return differences(theirs, ours)
			.filter((one) => !isDecided(api, model.id, one) && !isOnPurpose(one))
			.map((one) => ({ id: model.id, ...one }));
	});
}

const folders: Record<Api, string> = { bfl: 'blackForestLabs', replicate: 'replicate', apiframe: 'apiframe' };

/** What differs, field by field, and what to change. */
export function advice(document: Document): string[] {
	const api = document.api as Api;
	const place = `nodes/Flux/providers/${folders[api]}/{models,fields}.ts`;
	const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
	const listed = providers[api].models.map(({ id }) => id);
	const unlisted = document.modelIds().filter((id) => id.includes('flux') && !listed.includes(id));
	return [
		...unlisted.map((id) => `${id} is in no list. Add an entry in ${place}.`),
		...documentDifferences(document).map(({ id, field, rule, one, other }) => {
			if (rule !== 'field')
				return `${id}, ${field}: the document has ${text(one)} for ${rule}, the catalogue ${text(other)}. Change it in ${place}.`;
			return one === undefined
				? `${id}, ${field}: the document does not have it. Remove it in ${place}.`
				: `${id}, ${field}: the catalogue does not have it. Add it with field('parameter', …) in ${place}: ${text(one)}`;
		}),
	];
}

import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv8/dist/2020.js';
import { loadFacts } from '../facts.mts';
import { modelsOfOthers } from '../modelsOfOthers.mts';
import { bodySchema, CLOSED, newAjv, problemsOf, type Problem, type Schema } from '../schema.mts';
import { falDocument } from './fal.mts';
import { disagreements, type Disagreement } from './disagreements.mts';

/** Providers with a document, named as in the facts. */
export type Api = 'bfl' | 'replicate' | 'apiframe' | 'fal' | 'together';

interface Operation {
	parameters?: Schema[];
	requestBody?: { content: Record<string, { schema: Schema }> };
	responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** An operation that a request asks for. */
export interface Asked {
	operation: Operation;
	/** Where it stands in the document, as a JSON pointer. */
	pointer: string;
	/** The values of the path's parameters. */
	params: Record<string, string>;
}

const read = (name: string) =>
	readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8').replace(/^\uFEFF/, '');
const escaped = (key: string) => key.replace(/~/g, '~0').replace(/\//g, '~1');

/** A provider's document as it counts: with the rows of the table, and with objects that take no more than what they name. */
export class Document {
	private readonly root: Schema;
	private readonly ajv = newAjv();
	private readonly paths: Array<{ template: string; pattern: RegExp }>;
	private readonly compiled = new Map<string, ValidateFunction>();

	constructor(
		readonly api: Api,
		rows: Disagreement[] = disagreements,
		withFacts = true,
		given: Schema = api === 'fal' ? falDocument() : (JSON.parse(read(api)) as Schema),
	) {
		this.root = given;
		if (api === 'replicate') this.root.models = moved(given.models ?? JSON.parse(read('replicateModels')));
		for (const row of rows.filter((one) => one.api === api)) this.apply(row);
		if (withFacts) this.addFacts();
		close(this.root);
		this.ajv.addSchema(this.root, api);
		// A path without parameters goes before one that would match it, too.
		const templates = Object.keys(this.root.paths as object).sort(
			(one, other) => one.split('{').length - other.split('{').length,
		);
		this.paths = templates.map((template) => {
			const groups = template.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
			return { template, pattern: new RegExp(`^${groups}$`) };
		});
	}

	/** Whether a path is one of the API; others of its host, such as images, are nobody's. */
	covers(path: string): boolean {
		if (this.api === 'fal') return /^\/(fal-ai|storage)\/|^\/[^/]+\/[^/]+\/requests\//.test(path);
		return this.paths.every(({ template }) => /^\/v\d/.test(template)) ? /^\/v\d+\//.test(path) : true;
	}

	find(method: string, path: string): Asked | undefined {
		for (const { template, pattern } of this.paths) {
			const groups = pattern.exec(path)?.groups;
			const operation = this.root.paths[template][method.toLowerCase()];
			if (!operation || !pattern.test(path)) continue;
			const params = Object.fromEntries(
				Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
			);
			return { operation, params, pointer: `/paths/${escaped(template)}/${method.toLowerCase()}` };
		}
		return undefined;
	}

	/** A parameter of an operation, wherever it stands. */
	parameter(asked: Asked, index: number): { parameter: Schema; pointer: string } {
		const { $ref } = asked.operation.parameters![index];
		const pointer = $ref?.slice(1) ?? `${asked.pointer}/parameters/${index}`;
		return { parameter: this.at(pointer), pointer };
	}

	/** Everything wrong with a value by the schema at the pointer. */
	check(pointer: string, value: unknown, at?: Problem['path']): Problem[] {
		const $ref = `${this.api}#${encodeURI(pointer)}`;
		const validate = this.compiled.get($ref) ?? this.ajv.compile({ $ref });
		this.compiled.set($ref, validate);
		return problemsOf(validate, value, at);
	}

	/** Where the schema of a body of this kind stands; of several for several models the one for this model. */
	bodyPointer(asked: Asked, type: string, model: unknown): string | undefined {
		const pointer = this.followed(`${asked.pointer}/requestBody/content/${escaped(type)}/schema`);
		const { oneOf } = this.at(pointer) as { oneOf?: Schema[] };
		if (!oneOf) return pointer;
		const index = oneOf.findIndex(({ properties }) => properties.model.enum.includes(model));
		return index < 0 ? undefined : `${pointer}/oneOf/${index}`;
	}

	/** Where the schema of a model's own fields stands: of Replicate's `input`, of the others' whole body. */
	modelPointer(id: string): string | undefined {
		const { paths, models, components } = this.root;
		if (this.api === 'replicate') return models[id] && `/models/${escaped(id)}/components/schemas/Input`;
		if (this.api === 'bfl' || this.api === 'fal') {
			const place = this.api === 'bfl' ? `/v1/${id}` : `/${id}`;
			const path = paths[place] && `/paths/${escaped(place)}/post`;
			return path && this.followed(`${path}/requestBody/content/application~1json/schema`);
		}
		for (const name of ['GenerateImageRequest', 'ImageEditRequest']) {
			const branches = (components.schemas[name]?.oneOf ?? []) as Schema[];
			const index = branches.findIndex(({ properties }) => properties.model.enum.includes(id));
			if (index >= 0) return `/components/schemas/${name}/oneOf/${index}`;
		}
		return undefined;
	}

	/** A model's own schemas as Replicate answers them: with references into themselves, and nothing of ours. */
	ownSchemas(id: string): Schema {
		const text = JSON.stringify(this.root.models[id].components).replaceAll(
			`"#/models/${escaped(id)}/components/`,
			'"#/components/',
		);
		return JSON.parse(text, (_, value: unknown) => {
			if (typeof value !== 'object' || value === null || !(CLOSED in value)) return value;
			const { [CLOSED]: closed, additionalProperties, ...own } = value as Schema;
			return own;
		}) as Schema;
	}

	/** The models that have a schema of their own. */
	modelIds(): string[] {
		const { paths, models, components } = this.root;
		if (this.api === 'replicate') return Object.keys(models as object);
		if (this.api === 'bfl')
			return Object.keys(paths as object)
				.filter((path) => paths[path].post)
				.map((path) => path.slice('/v1/'.length));
		const branches = ['GenerateImageRequest', 'ImageEditRequest'].flatMap(
			(name) => (components.schemas[name]?.oneOf ?? []) as Schema[],
		);
		return branches.flatMap(({ properties }) => properties.model.enum as string[]);
	}

	/** The schema at a pointer, its references as they are. */
	at(pointer: string): Schema {
		const keys = pointer.split('/').slice(1);
		return keys.reduce((node, key) => node[key.replace(/~1/g, '/').replace(/~0/g, '~')], this.root);
	}

	private followed(pointer: string): string {
		const { $ref } = this.at(pointer);
		return $ref ? this.followed($ref.slice(1)) : pointer;
	}

	/** The schema that a row speaks of. */
	private spokenOf(of: string): Schema {
		const [, method, path, isRequest] = /^([A-Z]+) (\S+)( request)?$/.exec(of) ?? [];
		const { schemas, parameters = {} } = this.root.components as Record<string, Schema>;
		if (!method) {
			const pointer = this.modelPointer(of);
			return pointer ? this.at(pointer) : (schemas[of] ?? parameters[of].schema);
		}
		if (isRequest) {
			const request = `/paths/${escaped(path)}/${method.toLowerCase()}/requestBody`;
			return this.at(this.followed(`${request}/content/application~1json/schema`));
		}
		const { responses } = this.root.paths[path][method.toLowerCase()] as Operation;
		const status = Object.keys(responses).find((one) => one.startsWith('2'))!;
		const content = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}/content`;
		return this.at(this.followed(`${content}/application~1json/schema`));
	}

	private apply({ of, fields, rule, document, counts }: Disagreement): void {
		for (const one of of) {
			if (rule === 'operation') {
				const [method, path] = one.split(' ');
				(this.root.paths[path] ??= {})[method.toLowerCase()] = counts;
				continue;
			}
			const schema = this.spokenOf(one);
			if (!fields) {
				set(schema, rule, document, counts, one);
				continue;
			}
			for (const field of fields) {
				const names = field.split('.');
				const name = names.pop()!;
				const { properties } = names.reduce((inside, block) => inside.properties[block], schema);
				if (rule === 'field') set(properties, name, document, counts, `${one} ${field}`);
				else set(properties[name], rule, document, counts, `${one} ${field}`);
			}
		}
	}

	/** The models that only the facts know. */
	private addFacts(): void {
		if (this.api === 'together' || this.api === 'fal') return;
		const more = this.api === 'replicate' ? modelsOfOthers : {};
		for (const [id, facts] of Object.entries({ ...loadFacts(this.api).models, ...more })) {
			if (this.modelPointer(id)) continue;
			const schema = bodySchema(facts);
			if (this.api === 'replicate') this.root.models[id] = { components: { schemas: { Input: schema } } };
			if (this.api !== 'bfl') continue;
			const { post } = this.root.paths['/v1/flux-2-pro'];
			const requestBody = { content: { 'application/json': { schema } } };
			this.root.paths[`/v1/${id}`] = { post: { ...post, requestBody } };
		}
	}
}

function set(node: Schema, key: string, document: unknown, counts: unknown, place: string): void {
	const now = node[key];
	// Models may share a schema, which then has the new value already.
	if (![document, counts].some((one) => JSON.stringify(one) === JSON.stringify(now)))
		throw new Error(`${place}: the document says ${JSON.stringify(now)} for ${key}`);
	if (counts === undefined) delete node[key];
	else node[key] = counts;
}

/** The models' own documents, each with references into itself. */
function moved(all: Record<string, Schema>): Record<string, Schema> {
	const text = (id: string) =>
		JSON.stringify(all[id]).replaceAll('"#/components/', `"#/models/${escaped(id)}/components/`);
	return Object.fromEntries(Object.keys(all).map((id) => [id, JSON.parse(text(id))]));
}

/** Lets no object have what it does not name, as servers may ignore what a document does not know, and we would not see it. */
function close(node: unknown): void {
	if (typeof node !== 'object' || node === null) return;
	const schema = node as Schema;
	if (schema.properties && !Object.hasOwn(schema, 'additionalProperties'))
		Object.assign(schema, { additionalProperties: false, [CLOSED]: true });
	for (const value of Object.values(schema)) close(value);
}

const loaded = new Map<Api, Document>();

/** The document of a provider. */
export function documentOf(api: Api): Document {
	const document = loaded.get(api) ?? new Document(api);
	loaded.set(api, document);
	return document;
}

import { z } from 'zod/v4';

import { field, fieldRules } from '../../catalogue/modelFields';
import type { Model, ModelQuestion } from '../../provider';
import { recordIn } from '../common/readers';
import { serviceNamed } from './services';

/** What a model takes for a parameter; what is said in another form says at least that there is one. */
const capability = z.union([
	z.object({ type: z.literal('enum'), values: z.array(z.string()).min(1) }),
	z.object({ type: z.literal('range'), min: z.number(), max: z.number() }),
	z.unknown().transform(() => ({ type: 'any' as const })),
]);
type Capability = z.infer<typeof capability>;

const capabilities = z.union([
	z.record(z.string(), capability),
	z
		.array(z.string())
		.transform((names) => Object.fromEntries(names.map((name) => [name, { type: 'any' } as Capability]))),
]);
const list = z.object({ data: z.array(z.unknown()) });

/** Fields that concern the request and not the model. */
const always = ['prompt', 'user'];

/** The question which parameters a model takes, where the service's list of models tells it. */
export function modelQuestion(model: Model, service: string | undefined): ModelQuestion | undefined {
	const { models, parametersIn } = serviceNamed(service);
	if (models === undefined || parametersIn === undefined) return undefined;
	return {
		request: { method: 'GET', url: models.path },
		read: ({ status, body }) => {
			if (status >= 400) return undefined;
			const entries = list.safeParse(body).data?.data.map(recordIn) ?? [];
			const told = capabilities.safeParse(entries.find((one) => one?.id === model.id)?.[parametersIn]).data;
			return told && withOnly(model, told);
		},
	};
}

/** The model without the fields that are not told of, and with what is told of the others. */
function withOnly(model: Model, told: Record<string, Capability>): Model {
	const shape = Object.fromEntries(
		Object.entries(model.body.shape as z.ZodRawShape).flatMap(([name, schema]) => {
			if (always.includes(name)) return [[name, schema]];
			if (!Object.hasOwn(told, name) || isNothing(name, told[name])) return [];
			return [[name, narrowed(schema as z.ZodType, told[name])]];
		}),
	);
	const takesImages = Object.values(shape).some(
		(schema) => fieldRules.get(schema as z.ZodType)?.image !== undefined,
	);
	const operations = model.operations.filter((one) => one !== 'edit' || takesImages);
	return { ...model, operations, body: z.looseObject(shape) };
}

/** No reference image at all, or one image a request: then the node makes several requests. */
const isNothing = (name: string, one: Capability) =>
	one.type === 'range' && one.max < (name === 'n' ? 2 : name === 'input_references' ? 1 : -Infinity);

function narrowed(schema: z.ZodType, one: Capability): z.ZodType {
	const rules = fieldRules.get(schema);
	if (rules === undefined || one.type === 'any') return schema;
	const { parameter, ...more } = rules;
	if (one.type === 'enum') return field(parameter, z.enum(one.values), more);
	const { min, max } = one;
	if (more.image !== undefined) return field(parameter, z.array(z.string()).min(1).max(max), more);
	return field(parameter, z.int().min(min).max(max), more);
}

import type { INodeProperties } from 'n8n-workflow';

import type { ImageOperation, Provider } from '../provider';
import { modelParameters, type ModelParameter } from '../catalogue/modelParameters';
import { parameterOf, type ParameterName } from '../catalogue/parameters';
import { toProperty } from './field';
import { idsOf, imageOperations, modelsFor } from './models';

/** Stands for all ids that are in no list. */
export const unlisted = '';

/** How the parameters of one API look, as JSON, by operation and id. */
export interface Table {
	api: Provider;
	operations: ImageOperation[];
	/** The ids of its models, also those that only another API uses, and `unlisted`. */
	ids: string[];
	/** Ids of models that only other APIs have. */
	foreign: string[];
	lookOf(name: ParameterName, operation: ImageOperation, id: string): string | undefined;
	/** What an operation works on: it stays while a model is chosen that lacks the operation, or is of another API. */
	isKept(name: ParameterName, operation: ImageOperation): boolean;
}

type Looks = Map<ParameterName, string>;

export function tableOf(api: Provider, apis: readonly Provider[]): Table {
	const known = idsOf(api, apis);
	const owners = new Map([...known].flatMap(([id, names]) => names.map((name) => [name, id] as const)));
	const operations = imageOperations(api);
	const listed = new Map(operations.map((operation) => [operation, looksOfModels(api, operation)]));
	const kept = new Map(operations.map((operation) => [operation, keptIn(api, operation)]));
	const isKept = (name: ParameterName, operation: ImageOperation) => kept.get(operation)!.includes(name);

	/** A model that lacks the operation keeps a look that others have there: what was typed is there when one of them is chosen. */
	function lookOf(name: ParameterName, operation: ImageOperation, id: string): string | undefined {
		const column = listed.get(operation)!;
		const model = id === unlisted ? unlisted : owners.get(id)!;
		const own = column.get(model);
		if (own !== undefined) return own.get(name);
		const other = [...listed.values()]
			.find((one) => one.has(model))
			?.get(model)
			?.get(name);
		const isAmong = other !== undefined && [...column.values()].some((looks) => looks.get(name) === other);
		return isAmong ? other : isKept(name, operation) ? column.get(unlisted)!.get(name) : undefined;
	}
	return { api, operations, ...idsAt(api, apis), lookOf, isKept };
}

/** The ids that an API knows, and those that only others have. */
export function idsAt(api: Provider, apis: readonly Provider[]): Pick<Table, 'ids' | 'foreign'> {
	const own = [...idsOf(api, apis).values()].flat();
	// A server may list a model under any id.
	const others = api.serverModels === undefined ? apis.flatMap(({ models }) => models) : [];
	const foreign = new Set(others.map(({ id }) => id).filter((id) => !own.includes(id)));
	return { ids: [...own, unlisted], foreign: [...foreign] };
}

function looksOfModels(api: Provider, operation: ImageOperation): Map<string, Looks> {
	const any = modelParameters(api.unlistedModel(unlisted, operation), operation);
	const needed = any.filter(({ required }) => required).map(({ parameter }) => parameter);
	// A model by expression shows every look, and n8n would insist on fields that the model may not have.
	const isMarked = ({ parameter, required }: ModelParameter) =>
		required && (parameter === 'prompt' || needed.includes(parameter));
	const looks = (parameters: ModelParameter[]): Looks =>
		new Map(
			parameters.map((one) => {
				const property: Partial<INodeProperties> = toProperty(one);
				return [one.parameter, JSON.stringify(isMarked(one) ? { ...property, required: true } : property)];
			}),
		);
	const anyLooks = looks(any);
	// The editor does not know the service: another one may have another model under the id of one of its models.
	const ofServices = api.models.filter(({ service }) => service !== undefined);
	return new Map([
		[unlisted, anyLooks],
		...ofServices.map(({ id }) => [id, anyLooks] as const),
		...modelsFor(api, operation).map((model) => {
			const own = looks(modelParameters(model, operation));
			return [model.id, model.service === undefined ? own : new Map([...own, ...anyLooks])] as const;
		}),
	]);
}

const keptIn = (api: Provider, operation: ImageOperation): ParameterName[] =>
	modelParameters(api.unlistedModel(unlisted, operation), operation)
		.filter(
			({ parameter, required }) =>
				parameter === 'prompt' || (required && parameterOf(parameter).image === true),
		)
		.map(({ parameter }) => parameter);

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ImageOperation, Provider } from '../provider';
import {
	accountOperationTexts,
	imageOperationTexts,
	jobOperationTexts,
	type OperationText,
} from '../catalogue/operations';
import { choicesText } from '../catalogue/limits';
import { grouped, imageOperations, notice, shownAt } from './models';

const selector: Pick<INodeProperties, 'type' | 'noDataExpression'> = {
	type: 'options',
	noDataExpression: true,
};

/** n8n takes the credential by the parameter of exactly this name. */
export const apiProperty = (apis: readonly Provider[]): INodeProperties => ({
	displayName: 'API',
	name: 'authentication',
	...selector,
	default: apis[0].name,
	options: [
		...apis.map(({ label, name }) => ({ name: label, value: name })),
		// n8n folds this parameter into its credential selector, out of sight, unless one of the options is `none`.
		{ name: 'None', value: 'none', displayOptions: { show: { resource: ['none'] } } },
	],
});

type Operation = Omit<INodePropertyOptions, 'value'> & { value: string; has(api: Provider): boolean };

const allOf = (
	texts: Record<string, OperationText>,
	has: (api: Provider, operation: string) => boolean,
): Operation[] =>
	Object.entries(texts).map(([value, text]) => ({ ...text, value, has: (api) => has(api, value) }));

/** The resources with all their operations, whichever APIs have them. */
function resources(apis: readonly Provider[]): Array<{ resource: string; operations: Operation[] }> {
	const all = {
		account: allOf(accountOperationTexts, ({ account = {} }, operation) => Object.hasOwn(account, operation)),
		image: allOf(imageOperationTexts, (api, operation) =>
			imageOperations(api).includes(operation as ImageOperation),
		),
		job: allOf(jobOperationTexts, ({ jobs }, operation) =>
			operation === 'cancel' ? jobs?.cancel !== undefined : jobs !== undefined,
		),
	};
	return Object.entries(all).map(([resource, operations]) => ({
		resource,
		operations: operations.filter(({ has }) => apis.some(has)),
	}));
}

/**
 * The resources of all APIs, as one property: from several n8n's list of nodes would make its actions several times, and then
 * shows the node no more.
 */
export const resourceProperty = (apis: readonly Provider[]): INodeProperties => {
	const option = (name: string, value: string) => {
		const { operations } = resources(apis).find(({ resource }) => resource === value)!;
		return { name, value, ...shownAt(apis, (api) => operations.some(({ has }) => has(api))) };
	};
	return {
		displayName: 'Resource',
		name: 'resource',
		...selector,
		default: 'image',
		options: [option('Image', 'image'), option('Job', 'job'), option('Account', 'account')],
	};
};

/**
 * The operations of a resource, as one property for all APIs: n8n's list of nodes takes its actions from the first property of a
 * resource, and a value that an API lacks is still there when another API is chosen.
 */
export const operationProperties = (apis: readonly Provider[]): INodeProperties[] =>
	resources(apis).map(({ resource, operations }) => ({
		displayName: 'Operation',
		name: 'operation',
		...selector,
		default: (operations.find(({ value }) => value === 'get') ?? operations[0]).value,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ has, ...option }) => ({ ...option, ...shownAt(apis, has) })),
	}));

/** Says which operations an API lacks: the one that was chosen for another API stays chosen. */
export const missingOperationNotices = (apis: readonly Provider[]): INodeProperties[] =>
	resources(apis).flatMap(({ resource, operations }) =>
		apis.flatMap((api) => {
			const own = operations.filter(({ has }) => has(api)).map(({ name }) => name);
			const advice =
				own.length === 0
					? 'Choose another resource or another API.'
					: `${api.label} has: ${own.join(', ')}. Choose another operation or another API.`;
			const having = ({ has }: Operation) => {
				const others = apis.filter(has).map(({ label }) => label);
				return `${choicesText(others, 'and')} ${others.length === 1 ? 'does' : 'do'}`;
			};
			const lacking = operations.filter(({ has }) => !has(api));
			return [...grouped(lacking, having)].map(([others, same]) =>
				notice('missingOperation', `${api.label} does not have this operation. ${others}. ${advice}`, {
					...{ authentication: [api.name], resource: [resource] },
					operation: same.map(({ value }) => value),
				}),
			);
		}),
	);

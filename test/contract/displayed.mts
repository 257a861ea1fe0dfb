import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';

const { properties } = new Flux().description;

/** What the editor shows of the node: its own fields, and what can be added in its two collections. */
export interface Displayed {
	fields: INodeProperties[];
	options: INodeProperties[];
	settings: INodeProperties[];
}

/** What n8n displays for these parameters of the node. */
export function displayed(parameters: INodeParameters): Displayed {
	const shown = (list: INodeProperties[], values: INodeParameters) =>
		list.filter((one) => NodeHelpers.displayParameter(values, one, null, null, parameters));
	const fields = shown(properties, parameters);
	const inside = (collection: string) =>
		shown(
			fields
				.filter(({ name }) => name === collection)
				.flatMap(({ options = [] }) => options as INodeProperties[]),
			{},
		);
	return { fields, options: inside('options'), settings: inside('settings') };
}

/** What n8n displays for an image operation of a model. */
export const displayedFor = (authentication: string, operation: string, model: string): Displayed =>
	displayed({
		authentication,
		resource: 'image',
		operation,
		model: { __rl: true, mode: 'list', value: model },
	});

import type { IDataObject } from 'n8n-workflow';

import type { ApiRequest, Order } from '../api';

/** Edits go as a form with files, all else as JSON. The model is a field like the others. */
export const submit = ({ model, operation, body }: Order): ApiRequest => {
	const content = { model: model.id, ...body };
	return operation === 'edit'
		? { method: 'POST', url: '/images/edits', body: toForm(content) }
		: { method: 'POST', url: model.endpoint?.path ?? '/images/generations', body: content };
};

function toForm(content: IDataObject): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(content) as Array<[string, unknown]>) {
		// Several files of one name are told apart from one by OpenAI's brackets.
		const isList = Array.isArray(value) && value.length > 1;
		for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
			const field = isList ? `${name}[]` : name;
			if (one instanceof Blob) form.append(field, one);
			else form.append(field, typeof one === 'object' ? JSON.stringify(one) : String(one));
		}
	}
	return form;
}

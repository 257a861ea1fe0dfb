import type { IDataObject } from 'n8n-workflow';

import type { ProviderRequest, SubmitRequest } from '../../provider';
import type { Service } from './serviceTypes';
import { serviceNamed } from './services';

/** Edits go as a form with files unless the service has them in JSON, all else as JSON. The model is a field like the others. */
export const submit = ({ model, operation, body, envelope, service }: SubmitRequest): ProviderRequest => {
	const { fixed, editsAreJson, brackets, promptTail } = serviceNamed(service);
	const content: IDataObject = { model: model.id, ...fixed, ...body };
	if (promptTail !== undefined && Object.keys(envelope).length > 0) {
		content.prompt = `${String(content.prompt)}${promptTail(envelope)}`;
	}
	return operation === 'edit' && editsAreJson !== true
		? { method: 'POST', url: '/images/edits', body: toForm(content, brackets) }
		: { method: 'POST', url: model.endpoint?.path ?? '/images/generations', body: content };
};

function toForm(content: IDataObject, brackets: Service['brackets']): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(content) as Array<[string, unknown]>) {
		const values = Array.isArray(value) ? (value as unknown[]) : [value];
		// OpenAI tells several files of one name apart from one by brackets.
		const hasBrackets =
			Array.isArray(value) && (brackets === undefined ? value.length > 1 : brackets === 'always');
		for (const one of values) {
			const field = hasBrackets ? `${name}[]` : name;
			if (one instanceof Blob) form.append(field, one);
			else form.append(field, typeof one === 'object' ? JSON.stringify(one) : String(one));
		}
	}
	return form;
}

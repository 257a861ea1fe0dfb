import type { IDataObject } from 'n8n-workflow';

import type { ProviderRequest, Job, SubmitRequest, Uploads } from '../../provider';
import { readUpload } from './answer';
import { fill, generate } from './fields';

/** The model's own fields go in a block, which is left out where it would be empty: no model that needs one has it so. */
export function submit({ model, body, envelope, idempotencyKey }: SubmitRequest): ProviderRequest {
	const { path, block = generate.block } = model.endpoint ?? generate;
	const fields = block === fill.block ? withMode(body) : body;
	return {
		method: 'POST',
		url: path,
		headers: { 'Idempotency-Key': idempotencyKey },
		body: {
			model: model.id,
			...envelope,
			...(envelope.webhookUrl === undefined ? {} : { webhookEvents: ['completed', 'failed'] }),
			...(Object.keys(fields).length === 0 ? {} : { [block]: fields }),
		},
	};
}

/** The API wants a mode, also where there is but one that can be meant. */
const withMode = (body: IDataObject): IDataObject => ({
	mode: body.outpaint === undefined ? 'inpaint' : 'outpaint',
	...body,
});

export const poll = ({ id }: Job): ProviderRequest => ({
	method: 'GET',
	url: `/v2/jobs/${encodeURIComponent(id)}`,
});

export const uploads: Uploads = {
	inlineBytes: 0,
	request: (file, fileName) => {
		const form = new FormData();
		form.append('image', file, fileName);
		return { method: 'POST', url: '/v2/uploads', body: form };
	},
	read: readUpload,
};

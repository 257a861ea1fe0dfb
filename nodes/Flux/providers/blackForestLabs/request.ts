import type { ProviderRequest, Job, SubmitRequest } from '../../provider';

/** Model ids may hold slashes (`flux-tools/erase-v1`), but no part of one may leave the path. */
const path = (id: string) => id.split('/').map(encodeURIComponent).join('/');

export const submit = ({ model, body }: SubmitRequest): ProviderRequest => ({
	method: 'POST',
	url: `/v1/${path(model.id)}`,
	body,
});

/** The polling URL is the one to ask, whatever cluster it names; without one any region finds the job by its id. */
export const poll = ({ id, pollingUrl }: Job): ProviderRequest => ({
	method: 'GET',
	url: pollingUrl ?? `/v1/get_result?id=${encodeURIComponent(id)}`,
});

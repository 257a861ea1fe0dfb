import type { IDataObject } from 'n8n-workflow';

import { schemaOf } from '../../catalogue/modelFields';
import type { ProviderRequest, Job, SubmitRequest, Uploads } from '../../provider';
import { readUpload } from './answer';

/** Seconds that Replicate may hold the order: the job has no id so long, and cannot be cancelled. */
const maxHeldSeconds = 2;
/** Replicate takes no shorter time for Cancel-After. */
const minCancelSeconds = 5;

const path = (id: string) => id.split('/').map(encodeURIComponent).join('/');

/** A version is named by `owner/name:version` or by its 64 hexadecimal digits alone. */
const versionIn = (id: string): string | undefined =>
	/:(.+)$/.exec(id)?.[1] ?? (/^[0-9a-f]{64}$/i.test(id) ? id : undefined);

/** A deployment of one's own is named by `deployments/owner/name`, as its address ends. */
const placeOf = (id: string) => (/^deployments\/[^/]+\/[^/]+$/.test(id) ? path(id) : `models/${path(id)}`);

/** Official models are asked for by their name, as are deployments, and versions of any model by the version. */
export function submit({
	model,
	body,
	envelope,
	remainingSeconds,
	isAwaited,
}: SubmitRequest): ProviderRequest {
	const version = versionIn(model.id);
	return {
		method: 'POST',
		url: version === undefined ? `/${placeOf(model.id)}/predictions` : '/predictions',
		headers: isAwaited === false ? {} : headersFor(remainingSeconds, envelope),
		body: {
			...(version === undefined ? {} : { version }),
			input: withCustomRatio(model.body, body),
			...envelope,
			...(envelope.webhook === undefined ? {} : { webhook_events_filter: ['completed'] }),
		},
	};
}

/** A job that nobody waits for any more is not to run on, unless a webhook waits for it, too. */
function headersFor(remainingSeconds: number, { webhook }: IDataObject): Record<string, string> {
	// With little time left it would be up before the job has an id.
	const prefer: Record<string, string> =
		remainingSeconds > 2 * maxHeldSeconds ? { prefer: `wait=${maxHeldSeconds}` } : {};
	if (webhook !== undefined) return prefer;
	return {
		...prefer,
		'cancel-after': `${Math.max(minCancelSeconds, Math.ceil(remainingSeconds))}s`,
	};
}

/** Pixels count only with the aspect ratio `custom`, which who sets them means. */
function withCustomRatio(model: SubmitRequest['model']['body'], body: IDataObject): IDataObject {
	const hasPixels = body.width !== undefined || body.height !== undefined;
	const isKnown = schemaOf(model).properties.aspect_ratio?.enum?.includes('custom') === true;
	return hasPixels && isKnown ? { aspect_ratio: 'custom', ...body } : body;
}

/** `urls.get` of an answer is never asked: proxies name a host of another company there. */
const prediction = ({ id }: Job) => `/predictions/${encodeURIComponent(id)}`;

export const poll = (job: Job): ProviderRequest => ({ method: 'GET', url: prediction(job) });
export const cancel = (job: Job): ProviderRequest => ({
	method: 'POST',
	url: `${prediction(job)}/cancel`,
});

export const uploads: Uploads = {
	// A data: URI may have 256 KiB, and base64 makes 4 bytes of 3.
	inlineBytes: 190 * 1024,
	request: (file, fileName) => {
		const form = new FormData();
		form.append('content', file, fileName);
		return { method: 'POST', url: '/files', body: form };
	},
	read: readUpload,
};

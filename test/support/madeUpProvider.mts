import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { authenticate } from '../../nodes/Flux/http/authenticate.ts';
import type { Job, Model, Provider, ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { providerNames } from '../../nodes/Flux/providers/names.ts';

interface Body {
	request_id?: string;
	status?: string;
	detail?: string;
	images?: Array<{ url: string }>;
	seed?: number;
}
const bodyOf = ({ body }: ProviderAnswer) => (body ?? {}) as Body;
const at = ({ id }: Job, what = '') => `/requests/${encodeURIComponent(id)}${what}`;
const model = (id: string): Model => ({
	...blackForestLabs.models.find((one) => one.id === 'flux-dev')!,
	id,
});

/** A queue as fal has one: state and result are two requests, a failure shows in the result alone, and PUT cancels. */
export const queue: Provider = {
	name: 'queue',
	label: 'Queue',
	credential: 'fluxQueueApi',
	maxConcurrency: 4,
	costUnit: 'credit',
	imageLifetimeSeconds: undefined,
	maxInputBytes: 1024 * 1024,
	models: [model('made-up/flux')],
	unlistedModel: model,
	hosts: {
		...{ fixed: {}, usual: {}, example: 'https://queue.example', hasVersion: false },
		...{ requestPath: /\/requests(\/.*)?$/, request: '/requests' },
	},
	submit: ({ model: { id }, body }) => ({ method: 'POST', url: `/${id}`, body }),
	readSubmit: (answer) => {
		const { request_id: id } = bodyOf(answer);
		return id === undefined ? { unreadable: 'a request id' } : { id };
	},
	jobs: {
		poll: (job) => ({ method: 'GET', url: at(job, '/status') }),
		readPoll: (answer) => {
			const { status, detail } = bodyOf(answer);
			if (answer.status === 404) return { is: 'unknownJob' };
			if (status === 'CANCELLED') return { is: 'cancelled' };
			if (status === 'COMPLETED') return { is: 'ready', images: [], cost: 2 };
			return status === undefined ? { unreadable: `a status (${detail ?? 'none'})` } : { is: 'running' };
		},
		result: (job) => ({ method: 'GET', url: at(job) }),
		readResult: (answer) => {
			const { images, seed, detail } = bodyOf(answer);
			if (answer.status === 422) return { is: 'failed', reason: detail ?? '' };
			return images === undefined ? { unreadable: 'images' } : { is: 'ready', images, about: { seed } };
		},
		cancel: (job) => ({ method: 'PUT', url: at(job, '/cancel') }),
	},
	refusal: (answer) => ({
		code: answer.status === 429 ? 'rate-limited' : 'bad-response',
		words: bodyOf(answer).detail ?? answer.excerpt,
	}),
};

/** Its credential. */
export class QueueCredential implements ICredentialType {
	name = queue.credential;
	displayName = 'Flux Queue API';
	properties: INodeProperties[] = ['apiKey', 'baseUrl'].map((name) => ({
		...{ name, displayName: name, type: 'string', default: '' },
	}));
	authenticate = authenticate(queue.hosts, 'Authorization', (key) => `Key ${key}`);
}

/** Adds it to the providers of this test file; a node made afterwards has it. */
export function addQueue(): void {
	(providers as Provider[]).push(queue);
	(providerNames as unknown as string[]).push(queue.name);
}

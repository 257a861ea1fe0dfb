import type { IAuthenticate, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { entry, images, prompt, seed, whole } from '../../nodes/Flux/catalogue/fields.ts';
import { authenticate } from '../../nodes/Flux/http/authenticate.ts';
import { credentialTest } from '../../nodes/Flux/http/credentialTest.ts';
import type { Job, Provider, ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { jobId, reader, said, url } from '../../nodes/Flux/providers/common/readers.ts';
import { codeOf, isNoJob, problemIn } from '../../nodes/Flux/providers/common/refusals.ts';
import { endedWith } from '../../nodes/Flux/providers/common/states.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { providerNames } from '../../nodes/Flux/providers/names.ts';

const polled = z.object({ status: z.string() });
const made = z.object({ images: z.array(z.object({ url })).min(1), seed: z.int().optional(), prompt: said });
const wordsIn = ({ body, excerpt }: ProviderAnswer) => problemIn(body)?.words || excerpt;

const at = ({ id }: Job, what = '') => `/requests/${encodeURIComponent(id)}${what}`;
const model = entry((fields) => z.strictObject(fields));
const side = { min: 64, max: 2048 };
const body = {
	...{ prompt, image_urls: images('dataUriOrUrl', { max: 4 }), seed },
	...{ width: whole('width', side), height: whole('height', side) },
};

/** A queue as fal has one: state and result are two requests, a failure shows in the result alone, and PUT cancels. */
export const queue: Provider = {
	name: 'queue',
	label: 'Queue',
	credential: 'fluxQueueApi',
	maxConcurrency: 4,
	costUnit: 'credit',
	imageLifetimeSeconds: undefined,
	maxInputBytes: 1024 * 1024,
	models: [model('made-up/flux', 'made-up/flux', undefined, 'generate edit', body)],
	unlistedModel: (id) => model(id, id, undefined, 'generate edit', body),
	hosts: {
		...{ fixed: {}, usual: {}, example: 'https://queue.example', hasVersion: false },
		...{ requestPath: /\/requests(\/.*)?$/, request: '/requests' },
	},
	submit: ({ model: { id }, body }) => ({ method: 'POST', url: `/${id}`, body }),
	readSubmit: reader(
		z.object({ request_id: jobId }).transform(({ request_id }) => ({ id: request_id })),
		'a request id',
	),
	jobs: {
		poll: (job) => ({ method: 'GET', url: at(job, '/status') }),
		readPoll: ({ status: code, body }) => {
			if (code === 404) return { is: 'unknownJob' };
			const status = polled.safeParse(body).data?.status;
			if (status === 'CANCELLED') return { is: 'cancelled' };
			if (status === 'COMPLETED') return { is: 'ready', images: [], cost: 2 };
			return status === undefined || isNoJob(body) ? { unreadable: 'a status' } : { is: 'running' };
		},
		result: (job) => ({ method: 'GET', url: at(job) }),
		readResult: (answer) => {
			if (answer.status === 422) return endedWith('failed', wordsIn(answer));
			const read = made.safeParse(answer.body).data;
			if (read === undefined) return { unreadable: 'images' };
			return { is: 'ready', images: read.images, about: { seed: read.seed, prompt: read.prompt } };
		},
		cancel: (job) => ({ method: 'PUT', url: at(job, '/cancel') }),
	},
	refusal: (answer) => ({ code: codeOf(answer.status), words: wordsIn(answer) }),
};

/** Its credential. */
export class QueueCredential implements ICredentialType {
	name = queue.credential;
	displayName = 'Flux Queue API';
	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';
	properties: INodeProperties[] = ['apiKey', 'baseUrl'].map((name) => ({
		...{ name, displayName: name, type: 'string', default: '' },
	}));
	authenticate: IAuthenticate = authenticate(queue.hosts, 'Authorization', (key) => `Key ${key}`);
	test: ICredentialTestRequest = credentialTest({
		...{ who: 'Queue', path: '/me', remedy: 'Copy the key again' },
		missing: 'The base URL is wrong',
		webPage: 'The base URL leads to a web page, not to an API',
	});
}

/** Adds it to the providers of this test file; a node made afterwards has it. */
export function addQueue(): void {
	if (providers.includes(queue as never)) return;
	(providers as Provider[]).push(queue);
	(providerNames as unknown as string[]).push(queue.name);
}

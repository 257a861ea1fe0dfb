import type { IAuthenticate, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { field } from '../../nodes/Flux/catalogue/modelFields.ts';
import { authenticate } from '../../nodes/Flux/http/authenticate.ts';
import { credentialTest } from '../../nodes/Flux/http/credentialTest.ts';
import type { Job, Model, Provider, ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { jobId, said, url } from '../../nodes/Flux/providers/common/readers.ts';
import { codeOf, isNoJob, problemIn } from '../../nodes/Flux/providers/common/refusals.ts';
import { endedWith } from '../../nodes/Flux/providers/common/states.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { providerNames } from '../../nodes/Flux/providers/names.ts';

const submitted = z.object({ request_id: jobId });
const polled = z.object({ status: z.string() });
const result = z.object({
	images: z.array(z.object({ url })).min(1),
	seed: z.int().optional().catch(undefined),
	prompt: said,
});
const wordsIn = ({ body, excerpt }: ProviderAnswer) => problemIn(body)?.words || excerpt;

const at = ({ id }: Job, what = '') => `/requests/${encodeURIComponent(id)}${what}`;
const model = (id: string): Model => ({
	...{ id, label: id, operations: ['generate', 'edit'] },
	body: z.strictObject({
		prompt: field('prompt', z.string().min(1), { required: true }),
		image_urls: field('referenceImages', z.array(z.string()).max(4), { image: 'dataUriOrUrl' }),
		width: field('width', z.int().min(64).max(2048)),
		height: field('height', z.int().min(64).max(2048)),
		seed: field('seed', z.int()),
	}),
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
	readSubmit: ({ body }) => {
		const read = submitted.safeParse(body);
		return read.success ? { id: read.data.request_id } : { unreadable: 'a request id' };
	},
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
			const read = result.safeParse(answer.body);
			if (!read.success) return { unreadable: 'images' };
			const { images, seed, prompt } = read.data;
			return { is: 'ready', images, about: { seed, prompt } };
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

import type { IExecutePaginationFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import type { Options } from '../support/harness.mts';
import { credentialData } from '../support/styles/index.mts';
import { apis, items } from './engine.mts';

const style = apis.blackForestLabs;

/** Lets so many at once. */
function gate(most: number) {
	const waiting: Array<() => void> = [];
	let inside = 0;
	return async <T,>(work: () => Promise<T>): Promise<T> => {
		if (inside >= most) await new Promise<void>((enter) => waiting.push(enter));
		inside++;
		return await work().finally(() => {
			inside--;
			waiting.shift()?.();
		});
	};
}

/** A declarative node of one property that makes the same requests as ours, and nothing else. */
export function bareWorkflow(
	{ url, key }: { url: string; key: string },
	prompt: string,
	count: number,
): Options {
	const inPlace = gate(20);
	async function make(this: IExecutePaginationFunctions): Promise<INodeExecutionData[]> {
		return await inPlace(async () => {
			const ask = async (target: string, body?: object) =>
				(await this.helpers.httpRequestWithAuthentication.call(this, style.credential, {
					...{ method: body === undefined ? 'GET' : 'POST', url: target, json: true },
					...(body === undefined ? {} : { body }),
				})) as { polling_url: string; result: { sample: string } };
			const job = await ask(`${url}/v1/flux-2-pro`, { prompt: this.getNodeParameter('prompt') });
			// As long as the node waits before its first poll.
			await new Promise((resolve) => setTimeout(resolve, 200));
			const { result } = await ask(job.polling_url);
			const image = await this.helpers.httpRequest({ url: result.sample, encoding: 'stream' });
			return [
				{ json: {}, binary: { data: await this.helpers.prepareBinaryData(image, 'image.png', 'image/png') } },
			];
		});
	}
	const node: INodeType = {
		description: {
			...{ displayName: 'Bare', name: 'bare', group: ['transform'], version: 1, description: '' },
			...{
				defaults: { name: 'Bare' },
				inputs: ['main'],
				outputs: ['main'],
				requestDefaults: { baseURL: '' },
			},
			credentials: [{ name: style.credential, required: true }],
			properties: [
				{
					...{ displayName: 'Prompt', name: 'prompt', type: 'string', default: '' },
					routing: { send: { paginate: true }, operations: { pagination: make } },
				},
			],
		} as INodeType['description'],
	};
	return {
		...{ node, parameters: { prompt }, items: items(count) },
		credentials: { [style.credential]: credentialData(style, { url, key }) },
		credentialTypes: { [style.credential]: style.newCredential() },
	};
}

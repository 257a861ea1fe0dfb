import type { Model } from '../provider';
import type { JobContext } from './context';
import { runIndexOf } from './resume';

/** Questions of an execution by the node's context, which outlives a try of the node: each is asked once in a run. */
const asked = new WeakMap<object, Map<string, Promise<unknown>>>();

/** After that the submit must do without the answer: what the model does not take, the provider then refuses itself. */
const patienceMs = 10_000;

/** The model with the fields that the server says it has, or as it is known here if the server does not tell. */
export async function modelAsTold(jobContext: JobContext, model: Model): Promise<Model> {
	const { api, account, client, context, deadline } = jobContext;
	const question = api.modelQuestion?.(model, account.service);
	if (question === undefined) return model;
	const node = context.getContext('node');
	const known = asked.get(node) ?? new Map<string, Promise<unknown>>();
	asked.set(node, known);
	const key = [runIndexOf(context), account.id, question.request.url].join();
	const answer =
		known.get(key) ??
		client.tell(question.request, patienceMs).then(
			({ status, body }) => (status < 400 ? body : undefined),
			(error: unknown) => {
				client.log(`does without the parameters of the model: ${String(error)}`);
				return undefined;
			},
		);
	known.set(key, answer);
	return question.read(await deadline.unlessOver(answer)) ?? model;
}

import type { ImageOperation, Model, ProviderAnswer } from '../provider';
import type { JobContext } from './context';
import { perNode } from './perNode';
import { refuseOperation, writtenFields, type Values } from './readParameters';
import { requestHash } from './identity';

/** A provider that tells nothing in that time, in milliseconds, is not waited for. */
const patienceMs = 10_000;

/** What was answered of models: each is asked for once, for all items and tries. */
const answersOf = perNode(() => new Map<string, Promise<ProviderAnswer | undefined>>());

/** The chosen model with the fields that the provider itself tells of it, if it does. */
export async function modelAsTold(
	jobContext: JobContext,
	model: Model,
	operation: ImageOperation,
	values: Values,
): Promise<Model> {
	const { api, account, client, context, deadline } = jobContext;
	const question = api.modelQuestion?.(model, account.service);
	if (question === undefined) return model;
	const known = answersOf(context);
	const key = requestHash(account.id, question.request.url);
	const asked =
		known.get(key) ??
		// The answer is for all items, so it does not end with the time of the one that asks.
		client.tell(question.request, Math.min(patienceMs, deadline.remainingMs() / 2)).catch(() => undefined);
	known.set(key, asked);
	const answer = await deadline.unlessOver(asked);
	const written = Object.keys(writtenFields(values));
	const own = answer && question.read(answer, { operation, set: Object.keys(values), written });
	if (own === undefined) {
		client.log(`knows no fields of ${model.id}, and takes those that are known here`);
		return model;
	}
	refuseOperation(own, operation);
	return own;
}

import type { Order, Submitted } from '../apis/api';
import { FluxError } from '../errors';
import { cancelJob } from './cancel';
import type { Workplace } from './workplace';

/**
 * Places an order. What is thrown before an answer came says itself whether something may have been bought.
 *
 * @throws the provider's refusal in our terms, and what `Client.submit` throws
 */
export async function buy({ api, client, context, deadline }: Workplace, order: Order): Promise<Submitted> {
	const answer = await client.submit(api.submit(order), {
		isIdempotent: api.isIdempotent === true,
		// A job that is accepted after Stop can still be cancelled, once its id is known.
		afterStop:
			api.jobs?.cancel === undefined
				? undefined
				: (late) => {
						const accepted = late.status < 400 ? api.readSubmit(late, order) : undefined;
						if (accepted !== undefined && 'jobId' in accepted && accepted.jobId !== undefined) {
							void cancelJob({ api, client, context, deadline }, accepted.jobId);
						}
					},
	});
	if (answer.status >= 400) {
		const { code, words } = api.refusal(answer);
		throw new FluxError(code, `${api.label} refused the request (HTTP ${answer.status}): ${words}`);
	}
	const submitted = api.readSubmit(answer, order);
	if (!('unreadable' in submitted)) return submitted;
	throw new FluxError(
		'bad-response',
		`${api.label} answered the order without ${submitted.unreadable}: "${answer.excerpt}"`,
		{
			advice:
				'The job may have been accepted and charged. Check the base URL in the credential, and the usage page of your account before you run the node again.',
		},
	);
}

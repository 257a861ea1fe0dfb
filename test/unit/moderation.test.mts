import type { Provider, ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { refusalIn } from '../../nodes/Flux/providers/common/refusals.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';

const answer = (status: number, body: unknown): ProviderAnswer => ({ status, body, excerpt: 'first words' });

/** What servers say of an image that they do not want to make or to show, and what it means. */
const failures: Array<[string, 'promptModerated' | 'imageModerated' | 'failed']> = [
	[
		'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
		'imageModerated',
	],
	['NSFW content detected. Try running it again, or try a different prompt.', 'imageModerated'],
	['All generated images contained NSFW content.', 'imageModerated'],
	['Error generating image: Content Moderated', 'imageModerated'],
	['The output did not pass the safety checker', 'imageModerated'],
	['Prediction failed. E005', 'imageModerated'],
	['Your prompt was flagged as sensitive', 'promptModerated'],
	['Error generating image: Request Moderated', 'promptModerated'],
	['The prompt violates the content policy', 'promptModerated'],
	['Input blocked by the safety system', 'promptModerated'],
	['Sensitive content in your prompt', 'promptModerated'],
	['Provider returned an error: content policy violation', 'promptModerated'],
	['content_policy_violation', 'promptModerated'],
	['The output violates the content policy', 'imageModerated'],
	['CUDA out of memory', 'failed'],
	['cannot identify image file', 'failed'],
	['Prediction interrupted; please retry (code: PA)', 'failed'],
	['The server is under moderate load', 'failed'],
	['', 'failed'],
];

const polls: Array<[string, Provider, (words: string) => unknown]> = [
	['Replicate', replicate, (error) => ({ id: 'abc', status: 'failed', error })],
	['Apiframe', apiframe, (error) => ({ id: 'abc', status: 'FAILED', error })],
];

describe.each(polls)('A failed job of %s', (_, { jobs }, body) => {
	it.each(failures)('"%s" is %s, and keeps the words', (words, is) => {
		const told = is === 'failed' ? { reason: words } : { reasons: [words] };
		expect(jobs!.readPoll(answer(200, body(words)))).toEqual({ is, ...told });
	});
});

describe('A refusal of an OpenAI-compatible server', () => {
	it.each<[number, object, string]>([
		[400, { message: 'No', code: 'content_policy_violation' }, 'prompt-moderated'],
		[400, { message: 'No', code: 'moderation_blocked' }, 'prompt-moderated'],
		[400, { message: 'Your request was rejected as a result of our safety system.' }, 'prompt-moderated'],
		[400, { message: 'This request has been blocked by our content filters.' }, 'prompt-moderated'],
		[
			400,
			{ message: 'Image descriptions generated from your prompt hurt our content policy' },
			'prompt-moderated',
		],
		[403, { message: 'Flagged: violence' }, 'prompt-moderated'],
		[422, { message: 'NSFW prompt' }, 'prompt-moderated'],
		[400, { message: 'The generated image was flagged by the safety system' }, 'image-moderated'],
		[422, { message: 'NSFW content in the output' }, 'image-moderated'],
		[451, { message: 'No', code: 20_021 }, 'prompt-moderated'],
		[400, { message: 'Generated image rejected by content moderation.' }, 'image-moderated'],
		[400, { message: 'Input data may contain inappropriate content.' }, 'prompt-moderated'],
		[400, { message: 'No', code: 'InputTextSensitiveContentDetected' }, 'prompt-moderated'],
		[400, { message: 'The output image may contain sensitive information' }, 'image-moderated'],
		[400, { message: "Invalid value for 'moderation': use low or auto" }, 'invalid-input'],
		[403, { message: 'No access to this model' }, 'authentication'],
		[500, { message: 'The safety system is down' }, 'provider-unavailable'],
		[429, { message: 'Flagged for too many requests' }, 'rate-limited'],
	])('with HTTP %d and %j is %s', (status, error, code) => {
		expect(openAiCompatible.refusal(answer(status, { error }))).toMatchObject({
			code,
			words: (error as { message: string }).message,
		});
	});
});

describe('What OpenRouter tells of the one behind it', () => {
	const general = 'Provider returned error';
	it.each<[number, object, string, string]>([
		[400, { raw: '{"detail":"Request Moderated"}' }, 'prompt-moderated', `${general}: Request Moderated`],
		[403, { reasons: ['sexual', 'minors'] }, 'prompt-moderated', `${general}: flagged as sexual, minors`],
		[403, { reasons: [] }, 'authentication', general],
		[400, { raw: '{"error":{"message":"Too large"}}' }, 'invalid-input', `${general}: Too large`],
		[400, { raw: { detail: 'Too large' } }, 'invalid-input', `${general}: Too large`],
		[429, { raw: 'It is busy upstream' }, 'rate-limited', `${general}: It is busy upstream`],
		[502, { raw: '{"state":7}' }, 'provider-unavailable', `${general}: {"state":7}`],
		[502, { raw: '<html>Bad gateway</html>' }, 'provider-unavailable', general],
		[502, { provider_name: 'Black Forest Labs' }, 'provider-unavailable', general],
	])('with HTTP %d and %j is %s, in its words', (code, metadata, meant, words) => {
		const body = { error: { message: general, code, metadata } };
		expect(openAiCompatible.refusal(answer(code, body))).toEqual({ code: meant, words });
		expect(refusalIn(openAiCompatible, answer(200, body))).toMatchObject({ code: meant });
	});
});

it.each<[number, object]>([
	[429, { message: 'Budget has been exceeded! Current cost: 5', type: 'budget_exceeded', code: '429' }],
	[400, { message: 'Budget has been exceeded! Current cost: 5', type: 'budget_exceeded', code: '400' }],
	[400, { message: 'ExceededBudget: User=me over budget. Spend=5, Budget=1', type: 'auth_error' }],
	[400, { message: 'Limit reached', code: 'billing_hard_limit_reached' }],
	[403, { message: 'Key limit exceeded (total limit). Manage it using openrouter.ai/keys', code: 403 }],
])('takes HTTP %d with %j for an account without credit', (status, error) => {
	expect(openAiCompatible.refusal(answer(status, { error }))).toMatchObject({ code: 'insufficient-credits' });
});

it('takes a prompt that was refused for safety for that, though it speaks of money', () => {
	const error = { message: 'The prompt "credits of a film" was flagged' };
	expect(openAiCompatible.refusal(answer(400, { error }))).toMatchObject({ code: 'prompt-moderated' });
});

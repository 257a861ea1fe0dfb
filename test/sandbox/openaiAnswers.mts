import type { Core } from './core.mts';
import type { Job } from './jobs.mts';

/** The forms in which servers of this style answer, whatever OpenAI's own document says. */
export type AnswerVariant =
	| /** a URL, or base64 if it was asked for */ 'standard'
	| /** a URL relative to the server */ 'relativeUrl'
	| /** base64, whatever was asked for */ 'b64Only'
	| /** the unused field is an empty string */ 'emptyUnused'
	| /** `images` in place of `data` (SiliconFlow) */ 'images'
	| /** `data` is a list of URL strings */ 'urlStrings'
	| /** each with its number and its kind (Together) */ 'indexed'
	| /** base64, and null in the unused fields (FastAPI) */ 'nullUnused'
	| /** the same, and where the image lies on the server's disk (SGLang) */ 'onDisk'
	| /** base64 with its type, and the price (OpenRouter) */ 'priced';

/** The forms of a refusal. */
export type ErrorForm =
	| /** `{error: {message}}` */ 'openAi'
	| /** `{code, message}`, a mere text for a wrong key (SiliconFlow) */ 'codeMessage'
	| /** `{detail: text}` (FastAPI) */ 'detail'
	| /** `{detail: {error}}` (DeepInfra) */ 'detailError'
	| /** `{error: text}`, with a `message` if it broke (stable-diffusion.cpp) */ 'errorText'
	| /** `{error: {code, message}}` with the status as code (OpenRouter) */ 'errorStatus';

/** The body of a refusal. */
export const errorAs: Record<ErrorForm, (status: number, message: string, openAi: unknown) => unknown> = {
	openAi: (_, __, openAi) => openAi,
	codeMessage: (status, message) =>
		status === 401 ? message : { code: 20_000 + status, message, data: null },
	detail: (_, message) => ({ detail: message }),
	detailError: (_, message) => ({ detail: { error: message } }),
	errorStatus: (code, message) => ({ error: { code, message } }),
	errorText: (status, message) => (status < 500 ? { error: message } : { error: 'server_error', message }),
};

interface Made {
	/** The URLs of the images. */
	urls: string[];
	/** The base64 of the images; drawn only if it is wanted. */
	base64: () => Promise<string[]>;
	wantsBase64: boolean;
	/** The media types of the images, and what all of them cost in dollars. */
	types: string[];
	cost: number;
}

const standard = async ({ urls, base64, wantsBase64 }: Made) => ({
	data: wantsBase64 ? (await base64()).map((b64_json) => ({ b64_json })) : urls.map((url) => ({ url })),
});

const nullUnused = async (made: Made) => {
	const { data } = await standard({ ...made, wantsBase64: true });
	return { data: data.map((image) => ({ url: null, revised_prompt: null, ...image })) };
};

const variants: Record<AnswerVariant, (made: Made) => Promise<Record<string, unknown>>> = {
	standard,
	relativeUrl: (made) => standard({ ...made, urls: made.urls.map((url) => new URL(url).pathname) }),
	b64Only: (made) => standard({ ...made, wantsBase64: true }),
	emptyUnused: async (made) => {
		const { data } = await standard(made);
		return { data: data.map((image) => ({ url: '', b64_json: '', revised_prompt: '', ...image })) };
	},
	images: async (made) => ({ images: (await standard(made)).data, timings: { inference: 1 } }),
	urlStrings: async ({ urls }) => ({ data: urls }),
	indexed: async (made) => {
		const { data } = await standard(made);
		return {
			data: data.map((image, index) => ({ index, ...image, type: Object.keys(image)[0] })),
			object: 'list',
		};
	},
	priced: async (made) => {
		const { data } = await standard({ ...made, wantsBase64: true });
		const { types, cost } = made;
		return {
			data: data.map((image, index) => ({ ...image, media_type: types[index] })),
			usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost },
		};
	},
	nullUnused,
	onDisk: async (made) => {
		const { data } = await nullUnused(made);
		return { data: data.map((image, index) => ({ ...image, file_path: `/sglang/outputs/${index}.png` })) };
	},
};

/** The answer to a finished synchronous request. */
export async function answerAs(
	variant: AnswerVariant,
	core: Core,
	job: Job,
	wantsBase64: boolean,
	resultUrl?: string,
): Promise<Record<string, unknown>> {
	const urls = job.drawings.map((_, i) => resultUrl ?? core.imageUrl(job, i));
	const base64 = async () => {
		const images = await Promise.all(job.drawings.map((_, i) => core.image(job, i)));
		return images.map((image) => image.toString('base64'));
	};
	const types = job.drawings.map(({ format }) => `image/${format}`);
	const answer = await variants[variant]({ urls, base64, wantsBase64, types, cost: job.cost });
	// Together's document knows no time, but who made it.
	if (variant === 'indexed') return { id: job.id, model: job.model, ...answer };
	return { created: Math.floor(job.dueAt / 1000), ...answer };
}

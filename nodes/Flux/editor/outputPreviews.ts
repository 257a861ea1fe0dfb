import { imageOperationTexts } from '../catalogue/operations';

type Kind = 'string' | 'integer' | 'number';

/** A JSON schema in the form that n8n reads its previews in. */
interface Preview {
	type: 'object';
	properties: Record<string, { type: Kind } | Preview>;
	version?: 1;
}

const items = (properties: Preview['properties']): Preview => ({ type: 'object', properties, version: 1 });
const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const number = { type: 'number' } as const;

const image = items({
	prompt: text,
	model: text,
	url: text,
	fileName: text,
	width: whole,
	height: whole,
	seed: whole,
	cost: { type: 'object', properties: { amount: number, unit: text } },
	status: text,
	jobId: text,
	expiresAt: text,
	mimeType: text,
	fileSize: whole,
	imageIndex: whole,
	imageCount: whole,
	revisedPrompt: text,
	durationMs: whole,
	api: text,
});

/**
 * What the items of each operation hold, by `resource/operation`: the build writes it where n8n looks for the fields that the next
 * node can use before this one has run. A node shows no preview after its first run.
 */
export const outputPreviews: Record<string, Preview> = {
	...Object.fromEntries(Object.keys(imageOperationTexts).map((operation) => [`image/${operation}`, image])),
	'job/get': image,
	'job/cancel': items({ api: text, jobId: text, status: text }),
	'account/getCredits': items({ api: text, credits: number, unit: text }),
	'account/getFinetunes': items({ api: text, finetuneId: text }),
};

import type { AccountOperation } from '../provider';
import { imageOperationTexts } from '../catalogue/operations';

type Kind = 'string' | 'integer' | 'number';

/** A JSON schema in the form that n8n reads its previews in. */
interface Preview {
	type: 'object';
	properties: Record<string, { type: Kind } | Preview>;
	version?: 1;
}

const object = (properties: Preview['properties']): Preview => ({ type: 'object', properties });
const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;

const image = object({
	prompt: text,
	model: text,
	url: text,
	fileName: text,
	width: whole,
	height: whole,
	seed: whole,
	cost: object({ amount: { type: 'number' }, unit: text }),
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

const account: Record<AccountOperation, Preview> = {
	getCredits: object({ api: text, credits: { type: 'number' }, unit: text }),
	getFinetunes: object({ api: text, finetuneId: text }),
};

const under = (resource: string, previews: Record<string, Preview>) =>
	Object.entries(previews).map(([operation, preview]) => [`${resource}/${operation}`, preview] as const);

/**
 * What the items of each operation hold, by `resource/operation`: the build writes it where n8n looks for the fields that the next
 * node can use before this one has run. A node shows no preview after its first run.
 */
export const outputPreviews: Record<string, Preview> = Object.fromEntries(
	[
		...under(
			'image',
			Object.fromEntries(Object.keys(imageOperationTexts).map((operation) => [operation, image])),
		),
		...under('job', { get: image, cancel: object({ api: text, jobId: text, status: text }) }),
		...under('account', account),
	].map(([path, preview]) => [path, { ...preview, version: 1 }]),
);

import type { AccountOperation, ImageOperation, Model } from '../provider';
import { titled } from './parameters';

/** How an operation is called in the editor and in errors. */
export interface OperationText {
	name: string;
	description: string;
	/** What n8n's list of nodes calls it, and what an agent is told that the tool does. */
	action: string;
}

const named = <Name extends string>(texts: Record<Name, Omit<OperationText, 'name'>>) =>
	titled(texts, (name, text): OperationText => ({ name, ...text }));

/** The image operations, in the order of the editor. */
export const imageOperationTexts = named<ImageOperation>({
	generate: {
		description: 'Generate an image from a text prompt',
		action: 'Generate an image from a prompt',
	},
	edit: { description: 'Edit or combine images with a text prompt', action: 'Edit an image with a prompt' },
	fill: { description: 'Replace the masked part of an image (inpainting)', action: 'Fill part of an image' },
	expand: { description: 'Extend an image beyond its borders (outpainting)', action: 'Expand an image' },
	erase: { description: 'Remove the masked object from an image', action: 'Erase an object from an image' },
	deblur: { description: 'Sharpen a blurred image', action: 'Deblur an image' },
	tryOn: { description: 'Put a garment on a person (virtual try-on)', action: 'Put a garment on a person' },
	control: {
		description: 'Generate an image that keeps the edges or depth of another one (Canny, Depth)',
		action: 'Generate an image from edges or depth',
	},
	remix: { description: 'Generate variations of an image', action: 'Remix an image' },
});

/** The operations of models, in the order in which they name them. */
export const operationsOf = (models: readonly Model[]): ImageOperation[] => [
	...new Set(models.flatMap(({ operations }) => operations)),
];

export const jobOperationTexts = named<'get' | 'cancel'>({
	cancel: { description: 'Cancel a running job', action: 'Cancel a job' },
	get: { description: 'Get the image of a job that was submitted earlier', action: 'Get the image of a job' },
});

export const accountOperationTexts = named<AccountOperation>({
	getCredits: { description: 'The credits left on the account', action: 'Get account credits' },
	getFinetunes: { description: 'The finetunes of the account, one item each', action: 'List finetunes' },
});

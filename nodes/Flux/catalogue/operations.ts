import type { AccountOperation, ImageOperation } from '../provider';

/** How an operation is called in the editor and in errors. */
export interface OperationText {
	name: string;
	description: string;
	/** What n8n's list of nodes calls it, and what an agent is told that the tool does. */
	action: string;
}

/** The image operations, in the order of the editor. */
export const imageOperationTexts: Record<ImageOperation, OperationText> = {
	generate: {
		name: 'Generate',
		description: 'Generate an image from a text prompt',
		action: 'Generate an image from a prompt',
	},
	edit: {
		name: 'Edit',
		description: 'Edit or combine images with a text prompt',
		action: 'Edit an image with a prompt',
	},
	fill: {
		name: 'Fill',
		description: 'Replace the masked part of an image (inpainting)',
		action: 'Fill part of an image',
	},
	expand: {
		name: 'Expand',
		description: 'Extend an image beyond its borders (outpainting)',
		action: 'Expand an image',
	},
	erase: {
		name: 'Erase',
		description: 'Remove the masked object from an image',
		action: 'Erase an object from an image',
	},
	deblur: { name: 'Deblur', description: 'Sharpen a blurred image', action: 'Deblur an image' },
	tryOn: {
		name: 'Try On',
		description: 'Put a garment on a person (virtual try-on)',
		action: 'Put a garment on a person',
	},
	control: {
		name: 'Control',
		description: 'Generate an image that keeps the edges or depth of another one (Canny, Depth)',
		action: 'Generate an image from edges or depth',
	},
	remix: { name: 'Remix', description: 'Generate variations of an image', action: 'Remix an image' },
};

export const jobOperationTexts: Record<'get' | 'cancel', OperationText> = {
	cancel: { name: 'Cancel', description: 'Cancel a running job', action: 'Cancel a job' },
	get: {
		name: 'Get',
		description: 'Get the image of a job that was submitted earlier',
		action: 'Get the image of a job',
	},
};

export const accountOperationTexts: Record<AccountOperation, OperationText> = {
	getCredits: {
		name: 'Get Credits',
		description: 'The credits left on the account',
		action: 'Get account credits',
	},
	getFinetunes: {
		name: 'Get Finetunes',
		description: 'The finetunes of the account, one item each',
		action: 'List finetunes',
	},
};

import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';
import type { Model } from '../api';

const prompt = takes('prompt', z.string().min(1), { required: true });
const seed = takes('seed', z.int());
const user = takes('user', z.string().min(1).max(256));
const webhooks = {
	webhook_url: takes('webhookUrl', z.url().max(2083)),
	webhook_secret: takes('webhookSecret', z.string()),
};
const outputFormat = (byDefault: 'jpeg' | 'png') =>
	takes('outputFormat', z.enum(['jpeg', 'png', 'webp']), { default: byDefault });
const safetyTolerance = (most: number) => takes('safetyTolerance', z.int().min(0).max(most), { default: 2 });
const upsampling = (byDefault: boolean) => takes('promptUpsampling', z.boolean(), { default: byDefault });
const imagePrompt = takes('imagePrompt', z.string(), { image: 'base64' });

/** `prompt` may be left out only where an image prompt stands in for it. */
const eitherPrompt = { prompt: takes('prompt', z.string().min(1)), image_prompt: imagePrompt };
const needsAPrompt = (body: Record<string, unknown>) =>
	body.prompt !== undefined || body.image_prompt !== undefined;
const promptMissing = { path: ['prompt'], error: 'is empty, and there is no Image Prompt either' };

const widest = 21 / 9;
const aspectRatio = takes(
	'aspectRatio',
	z
		.string()
		.regex(/^\d+:\d+$/, 'takes width:height such as 16:9')
		.refine((text) => {
			const [width, height] = text.split(':').map(Number);
			return width / height <= widest + 1e-9 && width / height >= 1 / widest - 1e-9;
		}, 'takes ratios between 21:9 and 9:21'),
	{ default: '16:9' },
);

/** Pixels of the FLUX 1.1 generation. */
const pixels32 = {
	width: takes('width', z.int().min(256).max(1440).multipleOf(32), { default: 1024 }),
	height: takes('height', z.int().min(256).max(1440).multipleOf(32), { default: 768 }),
};

/** Pixels of the FLUX.2 generation, at most 4 megapixels together. */
const pixels16 = {
	width: takes('width', z.int().min(64).multipleOf(16)),
	height: takes('height', z.int().min(64).multipleOf(16)),
};
const mostPixels = 4_194_304;
const within4Megapixels = (body: Record<string, unknown>) =>
	Number(body.width ?? 0) * Number(body.height ?? 0) <= mostPixels;
const tooManyPixels = {
	path: ['width'],
	error: 'times Height takes at most 4 megapixels, such as 2048 × 2048',
};

const inputImages = (count: number) =>
	Object.fromEntries(
		Array.from({ length: count }, (_, position) => [
			position === 0 ? 'input_image' : `input_image_${position + 1}`,
			takes('referenceImages', z.string(), { position, image: 'base64OrUrl' }),
		]),
	);

/** What every FLUX.2 model takes; `more` is what one adds. */
const flux2 = (more: z.ZodRawShape, images = 8) =>
	z
		.strictObject({
			prompt,
			...inputImages(images),
			...pixels16,
			seed,
			safety_tolerance: safetyTolerance(5),
			output_format: outputFormat('jpeg'),
			...more,
			user,
			...webhooks,
		})
		.refine(within4Megapixels, tooManyPixels);

const noPromptUpsampling = {
	disable_pup: takes('promptUpsampling', z.boolean(), { inverted: true, default: true }),
};

/** The models of Black Forest Labs' own API. Source: its API document of 2026-09-19, FLUX 3 of 2026-10. */
export const models: readonly Model[] = [
	{
		id: 'flux-3-image',
		label: 'FLUX.3 Image',
		description: 'Newest; size classes up to 4K, looks facts up before it draws',
		operations: ['generate', 'edit'],
		imageLifetimeSeconds: 3600,
		body: z.strictObject({
			prompt,
			images: takes('referenceImages', z.array(z.string()).min(1).max(10), { image: 'base64OrUrl' }),
			aspect_ratio: takes(
				'aspectRatio',
				z.enum([
					'auto',
					'21:9',
					'2:1',
					'16:9',
					'3:2',
					'7:5',
					'4:3',
					'5:4',
					'1:1',
					'4:5',
					'3:4',
					'5:7',
					'2:3',
					'9:16',
					'1:2',
					'9:21',
				]),
				{ default: 'auto' },
			),
			resolution: takes('resolution', z.enum(['768sq', '1k', '1.5k', '2k', '4k']), { default: '1k' }),
			safety_tolerance: safetyTolerance(4),
			grounding: takes('grounding', z.boolean(), { default: true }),
			user,
		}),
	},
	{
		id: 'flux-2-pro',
		label: 'FLUX.2 [pro]',
		description: 'Best balance of quality, speed and price',
		operations: ['generate', 'edit'],
		body: flux2(noPromptUpsampling),
	},
	{
		id: 'flux-2-flex',
		label: 'FLUX.2 [flex]',
		description: 'Steps and guidance can be set; best for text in pictures',
		operations: ['generate', 'edit'],
		body: flux2({
			prompt_upsampling: upsampling(true),
			guidance: takes('guidance', z.number().min(1.5).max(10), { default: 5 }),
			steps: takes('steps', z.int().min(1).max(50), { default: 50 }),
		}),
	},
	{
		id: 'flux-pro-1.1',
		label: 'FLUX 1.1 [pro]',
		description: 'Fast and cheap, up to 1440 pixels',
		operations: ['generate'],
		body: z
			.strictObject({
				...eitherPrompt,
				...pixels32,
				seed,
				prompt_upsampling: upsampling(false),
				safety_tolerance: safetyTolerance(6),
				output_format: outputFormat('jpeg'),
				user,
				...webhooks,
			})
			.refine(needsAPrompt, promptMissing),
	},
	{
		id: 'flux-pro-1.1-ultra',
		label: 'FLUX 1.1 [pro] Ultra',
		description: 'Four megapixels by aspect ratio, raw look on request',
		operations: ['generate'],
		body: z
			.strictObject({
				...eitherPrompt,
				aspect_ratio: aspectRatio,
				seed,
				raw: takes('raw', z.boolean(), { default: false }),
				image_prompt_strength: takes('imagePromptStrength', z.number().min(0).max(1), { default: 0.1 }),
				prompt_upsampling: upsampling(false),
				safety_tolerance: safetyTolerance(6),
				output_format: outputFormat('jpeg'),
				user,
				...webhooks,
			})
			.refine(needsAPrompt, promptMissing),
	},
];

/** For an id that is in no list: every field that any model of this API has, checked only for its type. */
const loose = z.looseObject({
	prompt: takes('prompt', z.string().min(1)),
	...inputImages(8),
	image_prompt: imagePrompt,
	aspect_ratio: takes('aspectRatio', z.string()),
	resolution: takes('resolution', z.string()),
	width: takes('width', z.int().min(1)),
	height: takes('height', z.int().min(1)),
	seed,
	safety_tolerance: takes('safetyTolerance', z.int().min(0)),
	output_format: takes('outputFormat', z.string()),
	steps: takes('steps', z.int().min(1)),
	guidance: takes('guidance', z.number().min(0)),
	prompt_upsampling: takes('promptUpsampling', z.boolean()),
	raw: takes('raw', z.boolean()),
	grounding: takes('grounding', z.boolean()),
	image_prompt_strength: takes('imagePromptStrength', z.number()),
	user,
	...webhooks,
});

export const unknownModel = (id: string, operation: Model['operations'][number]): Model => ({
	id,
	label: id,
	operations: [operation],
	body: loose,
});

import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';
import type { ImageOperation, Model } from '../../provider';
import { crazyrouter, guidance, images, monica, n, numOutputs, prompt, steps } from './fields';

const atCrazyrouter = (id: string, name: string, operations: ImageOperation[] = ['generate']): Model => ({
	id,
	label: `${name} (Crazyrouter)`,
	operations,
	service: 'crazyrouter',
	body: z.object(operations.includes('edit') ? { ...crazyrouter, image: images } : crazyrouter),
});

const atMonica = (id: string, name: string, body: z.ZodRawShape): Model => ({
	id,
	label: `${name} (Monica)`,
	operations: ['generate'],
	service: 'monica',
	endpoint: { path: '/image/gen/flux' },
	body: z.object({ ...monica, ...body }),
});

/** The models of the services that are known here. Source: the public pages of Crazyrouter, OneRouter and Monica. */
export const models: readonly Model[] = [
	atCrazyrouter('flux-1.1-pro', 'FLUX 1.1 [pro]'),
	atCrazyrouter('flux-1.1-pro-ultra', 'FLUX 1.1 [pro] Ultra'),
	atCrazyrouter('flux-dev', 'FLUX.1 [dev]'),
	atCrazyrouter('flux-schnell', 'FLUX.1 [schnell]'),
	atCrazyrouter('flux-kontext-pro', 'FLUX.1 Kontext [pro]', ['edit', 'generate']),
	atCrazyrouter('flux-kontext-dev', 'FLUX.1 Kontext [dev]', ['edit', 'generate']),
	{
		id: 'flux-pro-v1.1-ultra-text-to-image',
		label: 'FLUX 1.1 [pro] Ultra (OneRouter)',
		description: 'Aspect ratios, and an image prompt by its URL',
		operations: ['generate'],
		service: 'oneRouter',
		body: z.object({
			prompt,
			size: field(
				'aspectRatio',
				z.enum(['21:9', '16:9', '4:3', '3:2', '1:1', '2:3', '3:4', '9:16', '9:21']),
				{ default: '16:9' },
			),
			image_url: field('imagePrompt', z.string(), { image: 'url' }),
			image_prompt_strength: field('imagePromptStrength', z.number().min(0).max(1), { default: 0.1 }),
			enhance_prompt: field('promptUpsampling', z.boolean()),
			raw: field('raw', z.boolean()),
			seed: field('seed', z.int()),
			enable_safety_checker: field('disableSafetyChecker', z.boolean(), { inverted: true, default: true }),
			safety_tolerance: field('safetyTolerance', z.enum(['1', '2', '3', '4', '5', '6']), { default: '2' }),
			n,
		}),
	},
	atMonica('flux_pro', 'FLUX.1 [pro]', {
		steps: steps(50, 25),
		guidance: guidance(2, 5),
		interval: field('interval', z.int().min(1).max(4)),
		safety_tolerance: field('safetyTolerance', z.int().min(1).max(6)),
	}),
	atMonica('flux_dev', 'FLUX.1 [dev]', {
		num_outputs: numOutputs,
		steps: steps(50, 28),
		guidance: guidance(0, 10),
	}),
	atMonica('flux_schnell', 'FLUX.1 [schnell]', { num_outputs: numOutputs, steps: steps(4, 4) }),
];

import { image, images, number, prompt, seed, text } from '../../catalogue/fields';
import type { Model } from '../../provider';
import * as f from './fields';

const fillInput = { image: f.neededImage, mask: f.mask };
const control_image = image('controlImage', 'link', { required: true });
const size = { aspect_ratio: f.openRatio, megapixels: f.megapixels('1 0.25') };
const open = { ...f.webpFile, disable_safety_checker: f.disableSafetyChecker };

/** The models of Black Forest Labs at Replicate, and those of Pruna AI. Source: their own schemas, the newest of 2026-10-02. */
export const models: readonly Model[] = [
	f.model('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', 'generate edit', {
		...f.flux2(8),
	}),
	f.model('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', 'generate edit', {
		...f.flux2(10, {
			prompt_upsampling: f.upsampling(true),
			steps: f.steps(1, 30),
			guidance: f.guidance(1.5, 10, 4.5),
		}),
	}),
	f.model('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', 'generate edit', f.flux2(8)),
	f.model('flux-2-dev', 'FLUX.2 [dev]', 'The open model of FLUX.2', 'generate edit', {
		prompt,
		input_images: images('link', { max: 4 }),
		...{ aspect_ratio: f.flux2Ratio, seed, go_fast: f.goFast(true), ...open, ...f.pixels(1440) },
	}),
	{
		...f.model('flux-2-klein-9b', 'FLUX.2 [klein] 9B', 'Fast and cheap', 'generate edit', {
			...f.klein({
				aspect_ratio: f.openOrInputRatio('1:1'),
				// Its schema has this one, both of its siblings the other: what is not known is ignored.
				megapixels: f.megapixels('0.25 0.5 1 2 4'),
				go_fast: f.goFast(true),
			}),
		}),
		typicalSeconds: 1,
	},
	{
		...f.model('flux-2-klein-4b', 'FLUX.2 [klein] 4B', 'Fastest and cheapest', 'generate edit', {
			...f.klein({ aspect_ratio: text('aspectRatio', { default: '1:1' }), go_fast: f.goFast(false) }),
		}),
		typicalSeconds: 1,
	},
	f.model('flux-2-klein-9b-base', 'FLUX.2 [klein] 9B Base', 'Open base of [klein]', 'generate edit', {
		...f.klein({
			aspect_ratio: f.openOrInputRatio('1:1'),
			go_fast: f.goFast(false),
			guidance: f.guidance(1, 10, 4),
		}),
	}),
	f.model('flux-kontext-pro', 'FLUX.1 Kontext [pro]', 'Edits and keeps the rest', 'edit generate', f.kontext),
	f.model('flux-kontext-max', 'FLUX.1 Kontext [max]', 'Best of Kontext, also for text', 'edit generate', {
		...f.kontext,
	}),
	f.model('flux-kontext-dev', 'FLUX.1 Kontext [dev]', 'The open model of Kontext', 'edit', {
		prompt,
		input_image: f.inputImage(true),
		aspect_ratio: f.openOrInputRatio('match_input_image'),
		...{ num_inference_steps: f.steps(4, 28), guidance: f.guidance(0, 10, 2.5) },
		...{ seed, go_fast: f.goFast(true), ...open },
	}),
	f.model('flux-kontext-dev-lora', 'FLUX.1 Kontext [dev] LoRA', 'Edits with a LoRA', 'edit', {
		prompt,
		input_image: f.inputImage(true),
		...f.kontextLora,
		...{ aspect_ratio: f.openOrInputRatio('1:1'), megapixels: f.megapixels('1 0.25') },
		...{ num_inference_steps: f.steps(4, 30), guidance: f.guidance(0, 10, 2.5), seed, ...open },
	}),
	f.model('flux-1.1-pro', 'FLUX 1.1 [pro]', 'Fast and cheap, up to 1440 pixels', 'generate', {
		prompt,
		image_prompt: f.imagePrompt,
		aspect_ratio: f.ratio('1:1', 'custom 1:1 16:9 2:3 3:2 4:5 5:4 9:16 3:4 4:3'),
		...{ seed, prompt_upsampling: f.upsampling(false), ...f.webpFile },
		...{ safety_tolerance: f.safetyTolerance(1, 6), ...f.pixels(1440) },
	}),
	f.model('flux-1.1-pro-ultra', 'FLUX 1.1 [pro] Ultra', '4 megapixels, raw look', 'generate', f.ultra),
	f.model('flux-1.1-pro-ultra-finetuned', 'FLUX 1.1 [pro] Ultra, Finetuned', 'Your finetune', 'generate', {
		...{ ...f.finetune, ...f.ultra },
	}),
	f.model('flux-pro', 'FLUX.1 [pro]', 'The first FLUX; variety can be set', 'generate', {
		prompt,
		aspect_ratio: f.ratio('1:1', '1:1 16:9 2:3 3:2 4:5 5:4 9:16'),
		seed,
		...{ steps: f.steps(1, 25), guidance: f.guidance(2, 5, 3) },
		interval: number('interval', { min: 1, max: 4, default: 2 }),
		safety_tolerance: f.safetyTolerance(1, 5),
	}),
	f.model('flux-pro-finetuned', 'FLUX.1 [pro], Finetuned', 'Your finetune', 'generate', {
		...{ ...f.finetune, prompt, image_prompt: f.imagePrompt },
		aspect_ratio: f.ratio('1:1', 'custom 1:1 16:9 3:2 2:3 4:5 5:4 9:16 3:4 4:3'),
		...{ seed, steps: f.steps(1, 40), guidance: f.guidance(2, 5, 3) },
		...{ prompt_upsampling: f.upsampling(false), output_format: f.jpgOrPng('jpg') },
		...{ safety_tolerance: f.safetyTolerance(1, 6), ...f.pixels(1440) },
	}),
	f.model('flux-dev', 'FLUX.1 [dev]', 'Open model; also from an image', 'generate edit', f.dev(f.openRatio)),
	f.model('flux-dev-lora', 'FLUX.1 [dev] LoRA', 'The open model with a LoRA', 'generate edit', {
		...f.dev(f.openRatio, f.lora),
	}),
	f.model('flux-krea-dev', 'FLUX.1 Krea [dev]', 'Open, photographic look', 'generate edit', {
		...f.dev(f.openOrInputRatio('1:1')),
	}),
	{
		...f.model('flux-schnell', 'FLUX.1 [schnell]', 'The fastest open model of FLUX.1', 'generate', {
			...{ prompt, ...size, go_fast: f.goFast(true), ...f.fewSteps, ...f.open },
		}),
		typicalSeconds: 1,
	},
	f.model('flux-fill-pro', 'FLUX.1 Fill [pro]', 'Repaints or extends', 'fill', {
		...{ ...fillInput, outpaint: f.outpaint, ...f.proTool(15, f.guidance(1.5, 100, 60)) },
	}),
	f.model('flux-fill-dev', 'FLUX.1 Fill [dev]', 'The open model of Fill', 'fill', {
		...{ ...fillInput, ...f.lora, ...f.openEdit(30) },
	}),
	f.model('flux-canny-pro', 'FLUX.1 Canny [pro]', 'Follows edges', 'control', {
		...{ control_image, ...f.proTool(15, f.guidance(1, 50, 30)) },
	}),
	f.model('flux-canny-dev', 'FLUX.1 Canny [dev]', 'Follows edges; open model', 'control', {
		...{ control_image, ...f.openEdit(30) },
	}),
	f.model('flux-depth-pro', 'FLUX.1 Depth [pro]', 'Follows depth', 'control', {
		...{ control_image, ...f.proTool(15, f.guidance(1, 50, 10)) },
	}),
	f.model('flux-depth-dev', 'FLUX.1 Depth [dev]', 'Follows depth; open model', 'control', {
		...{ control_image, ...f.openEdit(10) },
	}),
	f.model('flux-redux-dev', 'FLUX.1 Redux [dev]', 'Makes variations of an image', 'remix', {
		redux_image: image('image', 'link'),
		...{ ...size, guidance: f.guidance(0, 10, 3), ...f.openSteps, ...f.open },
	}),
	f.model('flux-redux-schnell', 'FLUX.1 Redux [schnell]', 'Fast variations', 'remix', {
		...{ redux_image: f.neededImage, ...size, ...f.fewSteps, ...f.open },
	}),
	f.model('prunaai/flux-fast', 'FLUX Fast (Pruna AI)', '[dev], made faster', 'generate', {
		...f.pruna(f.openRatio, 28, 3.5),
	}),
	f.model('prunaai/flux-kontext-fast', 'FLUX Kontext Fast (Pruna AI)', 'Made faster', 'edit', {
		...f.pruna(f.openOrInputRatio('match_input_image'), 30, 2.5),
		img_cond_path: f.inputImage(true),
	}),
];

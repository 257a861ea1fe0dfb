import { image, prompt } from '../../catalogue/fields';
import type { Model } from '../../provider';
import * as f from './fields';

const fillInput = { image: f.neededImage, mask: f.mask };
const control_image = image('controlImage', 'link', { required: true });
const size = { aspect_ratio: f.openRatio, megapixels: f.megapixels('1 0.25') };

/** The open models of FLUX.1 at Replicate, and its tools. Source: their own schemas, the newest of 2026-10-02. */
export const openModels: readonly Model[] = [
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

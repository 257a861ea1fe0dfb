import type { SKRSContext2D } from '@napi-rs/canvas';
import { paintFlowers, paintVignette, paintWater, type Stage } from './scene-front.mts';
import { mix, themeFor, type Theme } from './themes.mts';

/** A source of numbers from 0 to 1 that always gives the same ones for the same text. */
export function randomFrom(text: string): () => number {
	let state = 2166136261;
	for (const char of text) state = Math.imul(state ^ char.codePointAt(0)!, 16777619);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

/** Paints a landscape that fits the prompt; the same prompt and seed give the same one. */
export function paintScene(
	context: SKRSContext2D,
	width: number,
	height: number,
	prompt: string,
	seed: number,
) {
	const random = randomFrom(`${prompt}#${seed}`);
	const theme = themeFor(prompt, random());
	const horizon = height * (0.52 + random() * 0.12);
	const stage: Stage = { context, width, height, unit: Math.min(width, height), horizon, random, theme };
	paintSky(stage);
	const light = paintLight(stage);
	paintClouds(stage);
	const layers = theme.water ? 3 : 5;
	for (let layer = 0; layer < layers; layer++) paintLayer(stage, layer, layers);
	if (theme.water) paintWater(stage, light);
	if (theme.flowers) paintFlowers(stage, theme.flowers);
	paintVignette(stage);
}

function paintSky({ context, width, height, horizon, random, unit, theme }: Stage) {
	const gradient = context.createLinearGradient(0, 0, 0, horizon * 1.1);
	theme.sky.forEach((colour, i) => gradient.addColorStop(i / 2, colour));
	context.fillStyle = gradient;
	context.fillRect(0, 0, width, height);
	for (let i = 0; theme.stars && i < 140; i++) {
		context.fillStyle = `rgba(255, 255, 255, ${0.2 + random() * 0.7})`;
		const size = unit * (0.0008 + random() * 0.002);
		context.beginPath();
		context.arc(random() * width, random() * horizon * 0.75, size, 0, 7);
		context.fill();
	}
}

function paintLight({ context, width, height, horizon, random, unit, theme }: Stage) {
	const x = width * (0.25 + random() * 0.5);
	const y = horizon * (theme.stars ? 0.3 + random() * 0.2 : 0.5 + random() * 0.32);
	const radius = unit * (0.055 + random() * 0.035);
	const glow = context.createRadialGradient(x, y, radius * 0.8, x, y, radius * 8);
	glow.addColorStop(0, mix(theme.light, theme.light, 0, 0.6));
	glow.addColorStop(0.3, mix(theme.light, theme.light, 0, 0.18));
	glow.addColorStop(1, mix(theme.light, theme.light, 0, 0));
	context.fillStyle = glow;
	context.fillRect(0, 0, width, height);
	context.fillStyle = theme.light;
	context.beginPath();
	context.arc(x, y, radius, 0, 7);
	context.fill();
	return { x, radius };
}

function paintClouds({ context, width, horizon, random, unit, theme }: Stage) {
	for (let i = 0; i < 7; i++) {
		const x = random() * width;
		const y = horizon * (0.12 + random() * 0.7);
		const w = unit * (0.12 + random() * 0.3);
		context.save();
		context.translate(x, y);
		context.scale(1, 0.07 + random() * 0.06);
		const haze = context.createRadialGradient(0, 0, 0, 0, 0, w);
		haze.addColorStop(0, mix(theme.sky[2], '#ffffff', 0.4, theme.stars ? 0.14 : 0.42));
		haze.addColorStop(1, mix(theme.sky[2], '#ffffff', 0.4, 0));
		context.fillStyle = haze;
		context.fillRect(-w, -w, w * 2, w * 2);
		context.restore();
	}
}

/** Rolling waves of random phase; `rough` adds the small ones. */
function waves(random: () => number, rough: number): (part: number) => number {
	const parts = Array.from({ length: 5 }, (_, i) => ({
		turns: (0.6 + random() * 0.8) * 1.9 ** i,
		phase: random() * 7,
		height: (i === 0 ? 1 : rough) / 1.9 ** i,
	}));
	return (part) => parts.reduce((sum, w) => sum + Math.sin(part * w.turns * 6.283 + w.phase) * w.height, 0);
}

const reliefs: Record<Theme['relief'], (stage: Stage, near: number) => (x: number) => number> = {
	hills: ({ random, unit, width }, near) => {
		const wave = waves(random, 0.55);
		return (x) => wave((x / width) * (width / unit)) * unit * (0.045 + near * 0.02);
	},
	dunes: ({ random, unit, width }, near) => {
		const wave = waves(random, 0.12);
		return (x) => -Math.abs(wave((x / width) * 0.8 * (width / unit))) * unit * (0.07 + near * 0.05);
	},
	peaks: ({ random, unit, width }, near) => {
		const step = unit * (0.16 - near * 0.05);
		const tops = Array.from({ length: Math.ceil(width / step) + 2 }, () => random());
		const wave = waves(random, 1);
		return (x) => {
			const [i, part] = [Math.floor(x / step), (x / step) % 1];
			const between = tops[i] + (tops[i + 1] - tops[i]) * part;
			return -between * unit * (0.24 - near * 0.14) + wave((x / width) * 9) * unit * 0.006;
		};
	},
	skyline: ({ random, unit, width }, near) => {
		const step = unit * (0.045 + near * 0.05);
		const tops = Array.from({ length: Math.ceil(width / step) + 2 }, () => random() ** 1.6);
		return (x) => -tops[Math.floor(x / step)] * unit * (0.34 - near * 0.1) - unit * 0.02;
	},
};

function paintLayer(stage: Stage, layer: number, layers: number) {
	const { context, width, height, horizon, random, unit, theme } = stage;
	const near = layers === 1 ? 1 : layer / (layers - 1);
	const depth = theme.water ? (height - horizon) * 0.06 : (height - horizon) * 0.62;
	const base = horizon + depth * near ** 1.3;
	const relief = reliefs[theme.relief](stage, near);
	const step = theme.relief === 'skyline' ? 1 : Math.max(1, unit / 400);
	const colour = mix(theme.land[0], theme.land[1], theme.water ? near * 0.6 : near);
	const fill = context.createLinearGradient(0, base - unit * 0.2, 0, base + unit * 0.25);
	fill.addColorStop(0, colour);
	fill.addColorStop(1, mix(theme.land[0], theme.land[1], Math.max(0, near - 0.22)));
	context.fillStyle = fill;
	context.beginPath();
	context.moveTo(0, height);
	for (let x = 0; x <= width + step; x += step) context.lineTo(x, base + relief(x));
	context.lineTo(width, height);
	context.fill();
	if (theme.snow && near < 0.6) paintSnow(stage, base, relief, step);
	if (theme.relief === 'skyline') paintWindows(stage, base, relief, near);
	if (theme.trees && near > 0.3) {
		context.fillStyle = colour;
		const size = unit * (0.03 + near * 0.075);
		for (let x = -size; x < width + size; x += size * (0.28 + random() * 0.5)) {
			paintTree(
				context,
				x,
				base + relief(Math.min(Math.max(x, 0), width)) + size * 0.15,
				size * (0.7 + random() * 0.6),
			);
		}
	}
}

function paintTree(context: SKRSContext2D, x: number, y: number, size: number) {
	context.beginPath();
	for (let i = 0; i < 4; i++) {
		const top = y - size + (i * size) / 5;
		const half = size * (0.1 + i * 0.055);
		context.moveTo(x, top);
		context.lineTo(x - half, top + size * 0.34);
		context.lineTo(x + half, top + size * 0.34);
	}
	context.fill();
}

function paintSnow(
	{ context, width, unit }: Stage,
	base: number,
	relief: (x: number) => number,
	step: number,
) {
	const depth = (x: number) => Math.max(0, -relief(x) - unit * 0.07) * 0.6;
	context.fillStyle = 'rgba(255, 255, 255, 0.82)';
	context.beginPath();
	for (let x = 0; x <= width + step; x += step) context.lineTo(x, base + relief(x));
	for (let x = width; x >= 0; x -= step) {
		context.lineTo(x, base + relief(x) + depth(x) * (0.75 + 0.25 * Math.sin(x / (unit * 0.012))));
	}
	context.fill();
}

function paintWindows(
	{ context, width, random, unit, theme }: Stage,
	base: number,
	relief: (x: number) => number,
	near: number,
) {
	if (near < 0.2) return;
	const size = unit * 0.0055;
	for (let x = size; x < width; x += size * 2.6) {
		for (let y = base + relief(x) + size * 2; y < base + unit * 0.05; y += size * 3) {
			if (random() > 0.3 || relief(x - size) !== relief(x + size * 2)) continue;
			context.fillStyle = mix(theme.light, '#ffc96b', random(), 0.35 + random() * 0.5);
			context.fillRect(x, y, size, size * 1.4);
		}
	}
}

import type { SKRSContext2D } from '@napi-rs/canvas';
import { mix, type Theme } from './themes.mts';

/** Where a scene is painted, and what it is like. */
export interface Stage {
	context: SKRSContext2D;
	width: number;
	height: number;
	/** The shorter side: the measure of all things. */
	unit: number;
	horizon: number;
	random: () => number;
	theme: Theme;
}

/** A sea in front of the land, with the light in it. */
export function paintWater(
	{ context, width, height, horizon, random, unit, theme }: Stage,
	light: { x: number; radius: number },
) {
	const top = horizon + (height - horizon) * 0.08;
	const water = context.createLinearGradient(0, top, 0, height);
	water.addColorStop(0, mix(theme.water!, theme.sky[2], 0.55));
	water.addColorStop(0.35, theme.water!);
	water.addColorStop(1, mix(theme.water!, '#000020', 0.45));
	context.fillStyle = water;
	context.fillRect(0, top, width, height - top);
	for (let i = 0; i < 260; i++) {
		const part = random() ** 1.5;
		const glint = random() < 0.35;
		const spread = light.radius * (0.6 + part * 3);
		const x = glint ? light.x + (random() + random() - 1) * spread : random() * width;
		const length = unit * (0.012 + part * 0.06) * (0.5 + random());
		context.fillStyle = mix(glint ? theme.light : theme.sky[2], '#ffffff', 0.2, glint ? 0.55 : 0.14);
		context.beginPath();
		context.ellipse(x, top + part * (height - top), length, unit * (0.0008 + part * 0.0022), 0, 0, 7);
		context.fill();
	}
}

/** A meadow along the lower edge. */
export function paintFlowers({ context, width, height, random, unit }: Stage, colours: string[]) {
	for (let i = 0; i < 420; i++) {
		const part = (i / 420) ** 0.8;
		const y = height * (0.74 + part * 0.27);
		const size = unit * (0.003 + part * 0.013) * (0.7 + random() * 0.6);
		const x = random() * width;
		context.strokeStyle = 'rgba(40, 90, 45, 0.6)';
		context.lineWidth = size * 0.3;
		context.beginPath();
		context.moveTo(x, y);
		context.lineTo(x + size * (random() - 0.5), y + size * 3);
		context.stroke();
		context.fillStyle = colours[Math.floor(random() * colours.length)];
		for (let petal = 0; petal < 5; petal++) {
			context.beginPath();
			context.arc(
				x + Math.cos(petal * 1.257) * size * 0.6,
				y + Math.sin(petal * 1.257) * size * 0.6,
				size * 0.55,
				0,
				7,
			);
			context.fill();
		}
		context.fillStyle = '#fbd65a';
		context.beginPath();
		context.arc(x, y, size * 0.35, 0, 7);
		context.fill();
	}
}

/** Darkens the corners. */
export function paintVignette({ context, width, height, unit }: Stage) {
	const far = Math.hypot(width, height) / 2;
	const shade = context.createRadialGradient(width / 2, height / 2, unit * 0.45, width / 2, height / 2, far);
	shade.addColorStop(0, 'rgba(10, 10, 30, 0)');
	shade.addColorStop(1, 'rgba(10, 10, 30, 0.28)');
	context.fillStyle = shade;
	context.fillRect(0, 0, width, height);
}

import { description } from './description.mts';
import type { Result } from './part.mts';

/** What the node costs the editor; the short form needs no browser. */
export async function editor(isShort: boolean): Promise<Result> {
	const weight = description();
	const checks = weight.goals.map(({ what, value }) => ({ what, isRight: value > 0 }));
	if (isShort) return { ...weight, checks };
	// Only this part needs an n8n and a browser.
	const { panel } = await import('./panel.mts');
	const { tables, goals } = await panel();
	return { tables, goals: [...weight.goals, ...goals], checks };
}

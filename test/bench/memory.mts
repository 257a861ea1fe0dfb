import type { INodeParameters } from 'n8n-workflow';

import { imageOf } from '../support/images.mts';
import { apis, fluxWorkflow, items, runWorkflow, type ApiName } from './engine.mts';
import { megabytes, peakGrowth, usualNeed } from './memoryOf.mts';
import type { Result } from './part.mts';
import type { Provider } from './provider.mts';
import { rounded } from './table.mts';

/** What an edit needs at each API, and how its image travels. */
const edits: Record<ApiName, { form: string; parameters: INodeParameters }> = {
	blackForestLabs: { form: 'base64 in JSON', parameters: { referenceImages: ['data'] } },
	replicate: { form: 'upload', parameters: { referenceImages: ['data'] } },
	apiframe: { form: 'upload', parameters: { referenceImages: ['data'] } },
	fal: { form: 'upload', parameters: { referenceImages: ['data'] } },
	openAiCompatible: { form: 'file of a form', parameters: { referenceImages: ['data'] } },
};

/** How much the process grows by large images, those that come and those that go. */
export async function memory(isShort: boolean, provider: Provider): Promise<Result> {
	const [size, count, waitSeconds] = isShort ? [1024 * 1024, 2, 0.3] : [19 * 1024 * 1024, 40, 2];
	const lookEveryMs = isShort ? 500 : 100;
	const result: Result = { tables: [], checks: [], goals: [] };
	const run = async (name: ApiName, parameters: INodeParameters, all = items(count)) =>
		(await runWorkflow(fluxWorkflow(name, provider, parameters, { items: all })).result).items;

	const coming = [];
	for (const name of Object.keys(apis) as ApiName[]) {
		const { label } = apis[name];
		await provider.begin({ seconds: 0.2, imageBytes: size });
		// What the first ones need, all others use again.
		await run(name, {}, items(Math.min(count, 5)));
		const { value, bytes } = await peakGrowth(async () => await run(name, {}));
		const isWhole = value.length === count && value.every(({ json }) => json.fileSize === size);
		result.checks.push({ what: `${label}: ${count} whole images`, isRight: isWhole });
		result.goals.push({ what: `${label}: growth by images in MB`, value: megabytes(bytes), most: 64 });
		coming.push([label, megabytes(bytes)]);
	}
	const sizes = `${count} of ${megabytes(size)} MB`;
	result.tables.push({ title: `Images that come, ${sizes}`, columns: ['API', 'growth (MB)'], rows: coming });

	const small = await imageOf('png', 256, 256);
	const large = Buffer.concat([small, Buffer.alloc(size - small.length)]).toString('base64');
	const binary = { data: { data: large, mimeType: 'image/png' } };
	// Stored once; each item refers to it, and reads it for itself.
	const start = fluxWorkflow('blackForestLabs', provider, {}, { items: [{ json: {}, binary }] });
	const [stored] = (await runWorkflow(start).result).output('Start');
	const going = [];
	for (const name of Object.keys(apis) as ApiName[]) {
		const { label } = apis[name];
		const { form, parameters } = edits[name];
		const row: Array<string | number> = [label, form];
		for (const atOnce of [1, 20]) {
			await provider.begin({ seconds: 0.2, submitSeconds: atOnce === 1 ? waitSeconds : undefined });
			const all = items(atOnce === 1 ? Math.min(count, 5) : count).map((item) => ({
				...item,
				binary: stored.binary,
			}));
			const edit = { operation: 'edit', ...parameters, settings: { maxConcurrency: atOnce } };
			const work = async () => await run(name, edit, all);
			const { value, bytes } = await (atOnce === 1 ? usualNeed(work, lookEveryMs) : peakGrowth(work));
			const isWhole = value.length === all.length && value.every(({ json }) => json.status === 'completed');
			result.checks.push({ what: `${label}: edits of ${all.length} images`, isRight: isWhole });
			row.push(
				...(atOnce === 1 ? [rounded(bytes / size)] : [megabytes(bytes), rounded(bytes / size / atOnce)]),
			);
		}
		going.push(row);
	}
	result.tables.push({
		title: `Images that go, ${sizes}`,
		columns: ['API', 'form', 'copies while the submit waits', '20 at once: growth (MB)', 'copies of each'],
		rows: going,
	});
	return result;
}

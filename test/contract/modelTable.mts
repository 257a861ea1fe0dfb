import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { providers } from '../../nodes/Flux/providers/index.ts';
import type { Provider, Model } from '../../nodes/Flux/provider.ts';
import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/catalogue/parameters.ts';

const page = fileURLToPath(new URL('../../docs/models.md', import.meta.url));
const begin = '<!-- models: written by `npm run models` -->';
const end = '<!-- /models -->';

/** Fields that every row would repeat. */
const usual: ParameterName[] = ['prompt', 'numberOfImages', 'webhookUrl', 'webhookSecret', 'user'];

/** The fields that a model has in all its operations, then those of one alone: "Width, Height; edit: Reference Images". */
function fieldsOf(model: Model): string {
	const byOperation = model.operations.map((operation) => ({
		operation,
		names: modelParameters(model, operation)
			.map(({ parameter }) => parameter)
			.filter((name) => !usual.includes(name)),
	}));
	const inAll = (name: ParameterName) => byOperation.every(({ names }) => names.includes(name));
	const labels = (names: ParameterName[]) => names.map((name) => parameterOf(name).displayName).join(', ');
	const own = byOperation
		.map(({ operation, names }) => ({ operation, names: names.filter((name) => !inAll(name)) }))
		.filter(({ names }) => names.length > 0)
		.map(({ operation, names }) => `${operation}: ${labels(names)}`);
	return [labels(byOperation[0].names.filter(inAll)), ...own].join('; ');
}

const rows = (api: Provider) =>
	api.models.map((model) => `| \`${model.id}\` | ${model.operations.join(', ')} | ${fieldsOf(model)} |`);

/** The models of all APIs as Markdown: API × model × operations × fields. */
export const modelTable = (): string =>
	providers
		.flatMap((api) => [
			`**${api.label}** (${api.models.length})`,
			'',
			'| model | operations | fields |',
			'|---|---|---|',
			...rows(api),
			'',
		])
		.join('\n')
		.trim();

/** The page of the models with the table in its place. */
export async function pageWithTable(): Promise<{ now: string; wanted: string }> {
	const now = await readFile(page, 'utf8');
	const [before, rest] = now.split(begin);
	const after = rest?.split(end)[1];
	if (after === undefined) throw new Error('docs/models.md has no place for the table of models');
	return { now, wanted: `${before}${begin}\n\n${modelTable()}\n\n${end}${after}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { wanted } = await pageWithTable();
	await writeFile(page, wanted);
	console.log(
		`${providers.reduce((sum, { models }) => sum + models.length, 0)} models written into docs/models.md`,
	);
}

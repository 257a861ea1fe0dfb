import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { providers } from '../../nodes/Flux/providers/index.ts';
import type { ImageOperation, Provider, Model } from '../../nodes/Flux/provider.ts';
import type { Service } from '../../nodes/Flux/providers/openAiCompatible/service.ts';
import { services } from '../../nodes/Flux/providers/openAiCompatible/services.ts';
import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/catalogue/parameters.ts';

/** Where a page of the documentation has its table. */
const placeOf = (name: string) => ({
	page: fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)),
	begin: `<!-- ${name}: written by \`npm run models\` -->`,
	end: `<!-- /${name} -->`,
});

/** Fields that every row would repeat. */
const usual: ParameterName[] = ['prompt', 'numberOfImages', 'webhookUrl', 'webhookSecret', 'user'];

const operationsOf = (entries: Model[]) => entries.flatMap(({ operations }) => operations);

/** The fields that a model has in all its operations, then those of one alone: "Width, Height; edit: Reference Images". */
function fieldsOf(entries: Model[]): string {
	const entryFor = (operation: ImageOperation) =>
		entries.find(({ operations }) => operations.includes(operation))!;
	const byOperation = operationsOf(entries).map((operation) => ({
		operation,
		names: modelParameters(entryFor(operation), operation)
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

/** A model whose operations are endpoints of their own has an entry for each. */
const byId = ({ models }: Provider): Model[][] =>
	[...new Set(models.map(({ id, service }) => `${id} ${service ?? ''}`))].map((key) =>
		models.filter(({ id, service }) => `${id} ${service ?? ''}` === key),
	);

const rows = (api: Provider) =>
	byId(api).map((model) => `| \`${model[0].id}\` | ${operationsOf(model).join(', ')} | ${fieldsOf(model)} |`);

/** The models of all APIs as Markdown: API × model × operations × fields. */
export const modelTable = (): string =>
	providers
		.flatMap((api) => [
			`**${api.label}** (${byId(api).length})`,
			'',
			'| model | operations | fields |',
			'|---|---|---|',
			...rows(api),
			'',
		])
		.join('\n')
		.trim();

const address = ({ baseUrl, isSelfHosted, ending }: Service) => {
	if (baseUrl === undefined) return 'the base URL that you enter';
	const whole = `\`${baseUrl}${ending?.path ?? ''}\``;
	if (ending !== undefined) return `${whole}, of which you enter the host`;
	return isSelfHosted ? `${whole}, or another one` : whole;
};

const keyOf = ({ account, isSelfHosted, asksNoKey }: Service) =>
	asksNoKey
		? 'none'
		: (account ?? (isSelfHosted ? 'if your server asks for one' : 'if the server asks for one'));

/** The services of OpenAI's style as Markdown: service × address × key × what it is good for. */
const serviceTable = (): string =>
	[
		'| service | address | key | good for |',
		'|---|---|---|---|',
		...services.map((one) => `| ${one.label} | ${address(one)} | ${keyOf(one)} | ${one.description} |`),
	].join('\n');

/** What is written by the command, by the name of its page. */
export const tables: Record<string, () => string> = { services: serviceTable, models: modelTable };

/** A page of the documentation with the table in its place. */
export async function pageWithTable(name: string): Promise<{ page: string; now: string; wanted: string }> {
	const { page, begin, end } = placeOf(name);
	const now = await readFile(page, 'utf8');
	const [before, rest] = now.split(begin);
	const after = rest?.split(end)[1];
	if (after === undefined) throw new Error(`${page} has no place for the table of ${name}`);
	return { page, now, wanted: `${before}${begin}\n\n${tables[name]()}\n\n${end}${after}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const name of Object.keys(tables)) {
		const { page, wanted } = await pageWithTable(name);
		await writeFile(page, wanted);
		console.log(`docs/${name}.md is written`);
	}
}

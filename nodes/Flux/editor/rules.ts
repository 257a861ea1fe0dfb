import type { IDisplayOptions } from 'n8n-workflow';

import type { ImageOperation } from '../provider';
import { parameterOf, type ParameterName } from '../catalogue/parameters';
import { unlisted, type Table } from './looks';
import { grouped } from './models';

/** Where one look of a parameter is shown: at each of these APIs, in each of these operations, with each of these ids. */
export interface Rule {
	look: string;
	tables: Table[];
	operations: ImageOperation[];
	ids: string[];
}

/** What is asked of the ids: those of the listed models, the others, or both. */
export type Part = 'listed' | 'unlisted' | 'both';

/** The rules of a parameter, as few as possible: what looks alike is one property for all APIs and operations. */
export function rulesOf(tables: Table[], name: ParameterName, part: Part): Rule[] {
	const isField = parameterOf(name).place === 'field';
	const isAsked = (id: string) => part === 'both' || (part === 'unlisted') === (id === unlisted);
	const rules = tables.flatMap((table) => {
		const each = table.operations.flatMap((operation) => {
			const looks = grouped(table.ids.filter(isAsked), (id) => table.lookOf(name, operation, id));
			return [...looks].flatMap(([look, ids]) =>
				look === undefined ? [] : { look, tables: [table], operations: [operation], ids },
			);
		});
		const groups = grouped(each, ({ look, ids }) => JSON.stringify([look, ids]));
		return [...groups.values()].map((same) => same.reduce(union));
	});
	const isExact = ({ look, tables, operations, ids }: Rule) =>
		tables.every((table) =>
			table.operations
				.filter((operation) => operations.includes(operation))
				.every(
					(operation) =>
						table.ids
							.filter(isAsked)
							.every((id) => ids.includes(id) === (table.lookOf(name, operation, id) === look)) &&
						(!isField || table.isKept(name, operation) || table.foreign.every((id) => !ids.includes(id))),
				),
		);
	return merged(rules, isExact);
}

/** Whether what was typed stays while a model is chosen that does not fit. */
const isKept = ({ tables, operations }: Rule, name: ParameterName): boolean =>
	tables.some((table) =>
		table.operations.some((operation) => operations.includes(operation) && table.isKept(name, operation)),
	);

function merged(rules: Rule[], isExact: (rule: Rule) => boolean): Rule[] {
	const done: Rule[] = [];
	for (const rule of rules) {
		const index = done.findIndex((one) => one.look === rule.look && isExact(union(one, rule)));
		if (index < 0) done.push(rule);
		else done[index] = union(done[index], rule);
	}
	return done;
}

const both = <T>(some: T[], others: T[]): T[] => [...new Set([...some, ...others])];

const union = (one: Rule, other: Rule): Rule => ({
	look: one.look,
	tables: both(one.tables, other.tables),
	operations: both(one.operations, other.operations),
	ids: both(one.ids, other.ids),
});

/** The rule as n8n reads it. Inside a collection the parameters of the node itself are named by a slash. */
export function displayOptionsOf(
	rule: Rule,
	name: ParameterName,
	part: Part,
	among: Table[],
): { displayOptions?: IDisplayOptions } {
	const { tables, operations } = rule;
	const { place } = parameterOf(name);
	const isField = place === 'field';
	const isEverywhere = tables.every((table) =>
		table.operations.every((operation) => operations.includes(operation)),
	);
	const { show: shown, hide } = modelRule(rule, part, isField && !isKept(rule, name));
	const show: Record<string, unknown> = {
		...(place === 'options' && tables.length === among.length
			? {}
			: { authentication: tables.map(({ api }) => api.name) }),
		// No other resource has these operations.
		...(isEverywhere ? {} : { operation: operations }),
		...(isEverywhere && place !== 'options' ? { resource: ['image'] } : {}),
		...(shown === undefined ? {} : { model: shown }),
	};
	const named = (rules: Record<string, unknown>) =>
		Object.fromEntries(Object.entries(rules).map(([name, rule]) => [isField ? name : `/${name}`, rule]));
	const options = {
		...(Object.keys(show).length === 0 ? {} : { show: named(show) }),
		...(hide === undefined ? {} : { hide: named({ model: hide }) }),
	};
	return Object.keys(options).length === 0 ? {} : { displayOptions: options as IDisplayOptions };
}

/** A `show` list hides from ids that are in no list; a `hide` list leaves it to them. */
function modelRule(
	{ tables, ids }: Rule,
	part: Part,
	hidesForeign: boolean,
): { show?: unknown[]; hide?: unknown[] } {
	if (part === 'unlisted') return {};
	const all = tables.flatMap((table) => table.ids);
	const known = [...new Set(all)].filter((id) => id !== unlisted);
	const show = ids.filter((id) => id !== unlisted);
	const hide = known.filter((id) => !ids.includes(id));
	if (part === 'listed') {
		if (hide.length === 0) return {};
		return hide.length < show.length ? { hide } : { show };
	}
	if (!ids.includes(unlisted)) return { show };
	const foreign = hidesForeign ? tables.flatMap((table) => table.foreign) : [];
	const hidden = [
		// n8n empties the model when its list lacks it at another API.
		...(hidesForeign ? [unlisted] : []),
		...hide,
		...briefly(
			foreign.filter((id) => !known.includes(id)),
			known,
		),
	];
	return hidden.length === 0 ? {} : { hide: hidden };
}

/**
 * Ids of an owner of whom none is known, as one condition: the texts from `owner/` to `owner0`, as 0 follows the slash. Before n8n 2.20 a
 * model that is not shown, and so has no value, would make `startsWith` throw, and n8n 2 stops regular expressions when it is busy.
 */
export function briefly(ids: string[], known: string[]): unknown[] {
	const rules = ids.map((id) => {
		const owner = /^[^/]+\//.exec(id)?.[0];
		const isForeignOwner = owner !== undefined && !known.some((one) => one.startsWith(owner));
		const between = { from: owner, to: owner?.replace('/', '0') };
		return JSON.stringify(isForeignOwner ? { _cnd: { between } } : id);
	});
	return [...new Set(rules)].map((rule) => JSON.parse(rule) as unknown);
}

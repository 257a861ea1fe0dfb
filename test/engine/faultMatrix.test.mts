import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { imageOf } from '../support/images.mts';
import { logLines } from '../support/core.mts';
import { cellOf, isMissing, rows as all } from './faultMatrix/matrix.mts';
import { runCell, type Foreign, type Seen } from './faultMatrix/cell.mts';
import { printed } from './faultMatrix/print.mts';
import { columns, nameOf, type Row } from './faultMatrix/row.mts';
import { listen } from '../support/probe.mts';
import type { Style } from '../support/styles.mts';

/** Cells that run at the same time; most of their time they wait. */
const atOnce = 20;
/** A paid job is asked for through a minute of answers that make no sense. These cells run beside the others, all at once. */
const isLong = ({ row, style }: { row: Row; style: Style }) =>
	row.phase === 'Job' && cellOf(row, style).startsWith('bad-response 1');
/** All of them take a minute and a half alone and four beside all else that the test run does, and no cell more than half of that. */
const patienceMs = 400_000;
const cellPatienceMs = 200_000;

// Only some faults, by a part of what the table calls them.
const { FAULT: only = '', FAULT_MATRIX: file } = process.env;
const rows = all.filter((row) => nameOf(row).includes(only));
const cells = rows.flatMap((row) =>
	columns
		.filter((style) => !isMissing(cellOf(row, style)))
		.map((style) => ({ row, style, title: `${nameOf(row)}, at ${style.label}` })),
);
/** The first cell of each code at each API, of which *On Error: Continue* makes an item. */
const asItems = new Map(
	cells
		.filter(
			({ row, style }) => !/^(success|cancelled) /.test(cellOf(row, style)) && row.maxTries === undefined,
		)
		.reverse()
		.map((cell) => [`${cell.style.name} ${cellOf(cell.row, cell.style).split(' ')[0]}`, cell]),
);
const items = new Map<string, Seen>();
const seen = new Map<Row, Map<string, Seen>>(rows.map((row) => [row, new Map()]));
let foreign: Foreign & { close(): void };

beforeAll(async () => {
	const answer = await imageOf('png', 64, 48);
	const server = await listen((_, response) => response.writeHead(200).end(answer));
	foreign = { ...server, image: answer };
	const waiting = [
		...cells.map((cell) => ({ ...cell, item: '' })),
		...[...asItems].map(([item, cell]) => ({ ...cell, item })),
	];
	const work = async (some: typeof waiting) => {
		for (let next = some.shift(); next !== undefined; next = some.shift()) {
			const { row, style, item } = next;
			const hangs = wait(cellPatienceMs, { cell: 'hangs', problems: [] }, { ref: false });
			const result = await Promise.race([runCell(row, style, foreign, item !== ''), hangs]);
			if (item === '') seen.get(row)!.set(style.name, result);
			else items.set(item, result);
		}
	};
	const brief = waiting.filter((cell) => !isLong(cell));
	await Promise.all([
		...waiting.filter(isLong).map(async (cell) => await work([cell])),
		...Array.from({ length: atOnce }, async () => await work(brief)),
	]);
}, patienceMs);

afterAll(() => {
	foreign.close();
	const table = printed(rows, (row, { name }) => seen.get(row)?.get(name)?.cell);
	process.stdout.write(`\n${table}\n`);
	if (file !== undefined) writeFileSync(file, table);
});

it.each(cells)('$title', ({ row, style }) => {
	const { cell, problems } = seen.get(row)!.get(style.name)!;

	expect({ cell, problems }).toEqual({ cell: cellOf(row, style), problems: [] });
});

it.each([...asItems])('On Error: Continue makes an item that says the same: %s', (name, { row, style }) => {
	expect(items.get(name)).toEqual({ cell: cellOf(row, style), problems: [] });
});

it('has thirty faults and more that every API can meet', () => {
	const everywhere = all.filter((row) => !columns.some((style) => isMissing(cellOf(row, style))));

	expect(everywhere.length).toBeGreaterThanOrEqual(30);
	expect(new Set(all.map(nameOf)).size).toBe(all.length);
});

it('leaves no key in the log of n8n, whatever went wrong', () => {
	expect(logLines().length).toBeGreaterThan(cells.length);
	expect(logLines().filter((line) => /key\+of|key%2Bof/.test(line))).toEqual([]);
});

import type { Result } from './part.mts';
import type { Cell } from './table.mts';

const [width, left, bar, gap] = [760, 290, 14, 6];
const ours = '#3b5bdb';
const others = '#adb5bd';

interface Row {
	label: string;
	value: number;
	isOurs: boolean;
}

const rowsOf = (cells: Cell[][], column: number): Row[] =>
	cells
		.filter((row) => String(row[0]).toLowerCase() !== 'openai-compatible')
		.map((row) => ({
			label: `${row[0]}: ${row[1]}`,
			value: Number(row[column]),
			isOurs: row[1] === 'this node',
		}));

/** One block of bars below its title, and how tall it is. */
function block(title: string, unit: string, rows: Row[], top: number): [string, number] {
	const most = Math.max(...rows.map(({ value }) => value));
	const bars = rows.map(({ label, value, isOurs }, index) => {
		const y = top + 28 + index * (bar + gap);
		const length = Math.max(1, ((width - left - 70) * value) / most);
		return [
			`<text x="${left - 8}" y="${y + 11}" text-anchor="end"${isOurs ? ' font-weight="bold"' : ''}>${label}</text>`,
			`<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${bar}" rx="2" fill="${isOurs ? ours : others}"/>`,
			`<text x="${(left + length + 6).toFixed(1)}" y="${y + 11}">${value}${unit}</text>`,
		].join('');
	});
	const text = `<text x="12" y="${top + 14}" font-size="13" font-weight="bold">${title}</text>${bars.join('\n')}`;
	return [text, 28 + rows.length * (bar + gap) + 16];
}

/** The chart of the README; undefined as long as its parts have not run. */
export function chart({ lag, batch }: Record<string, Result>): string | undefined {
	if (lag === undefined || batch === undefined) return undefined;
	const blocks = [
		...lag.tables.map(({ title, rows }) => [
			`${title}: p95 in % of the generation time`,
			' %',
			rowsOf(rows, 3),
		]),
		[
			`${batch.tables[0].title}: time against the limit of the provider`,
			' ×',
			rowsOf(batch.tables[0].rows, 3),
		],
	] as Array<[string, string, Row[]]>;
	let top = 10;
	const drawn = blocks.map((one) => {
		const [text, height] = block(...one, top);
		top += height;
		return text;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="11" fill="#343a40">
<rect width="100%" height="100%" fill="#ffffff"/>
${drawn.join('\n')}
</svg>
`;
}

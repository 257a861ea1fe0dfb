import { cellOf, isMissing } from './matrix.mts';
import { columns, nameOf, type Row } from './row.mts';
import type { Style } from '../../support/styles.mts';

const legend = `What comes of each fault at each API: the result, and how many images were billed (1 was asked for); "job" and "url" are what the
error carries to collect a billed image: the job's ID (and polling URL), the URL of the finished image.`;

/** The table for people: faults × APIs. What was seen stands beside what was expected where they differ. */
export function printed(rows: Row[], seen: (row: Row, style: Style) => string | undefined): string {
	const reasons: string[] = [];
	const textOf = (row: Row, style: Style) => {
		const expected = cellOf(row, style);
		if (isMissing(expected)) {
			if (!reasons.includes(expected)) reasons.push(expected);
			return `– (${reasons.indexOf(expected) + 1})`;
		}
		const found = seen(row, style) ?? 'not run';
		return found === expected ? found : `${found} ≠ ${expected}`;
	};
	const head = ['fault', ...columns.map(({ label }) => label)];
	const body = rows.map((row) => [nameOf(row), ...columns.map((style) => textOf(row, style))]);
	const widths = head.map((_, column) => Math.max(...[head, ...body].map((line) => line[column].length)));
	const line = (texts: string[]) =>
		`| ${texts.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
	const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
	const everywhere = rows.filter((row) => columns.every((style) => !isMissing(cellOf(row, style))));
	const filled = body.flat().filter((text) => !text.startsWith('– (')).length - body.length;
	return [
		legend,
		'',
		...[line(head), rule, ...body.map(line)],
		'',
		...reasons.map((reason, index) => `(${index + 1}) ${reason.slice(2)}`),
		'',
		`${rows.length} faults, ${everywhere.length} of them at all ${columns.length} APIs, ${filled} cells`,
		'',
	].join('\n');
}

export type Cell = string | number;

/** What a part of the bench found. */
export interface Table {
	title: string;
	columns: string[];
	rows: Cell[][];
}

/** A number with so many digits behind the point. */
export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** The value below which this part of all values lies. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

/** The table as text, as Markdown has it. */
export function toText({ title, columns, rows }: Table): string {
	const lines = [columns, ...rows].map((row) => row.map(String));
	const widths = columns.map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)));
	const isNumber = (column: number) => rows.every((row) => typeof row[column] === 'number');
	const line = (cells: string[]) =>
		`| ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
	const rule = `|${widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
	return [`### ${title}`, '', line(lines[0]), rule, ...lines.slice(1).map(line), ''].join('\n');
}

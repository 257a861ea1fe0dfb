import type { Provider } from './provider.mts';
import type { Table } from './table.mts';

/** Something that must hold, however slow the machine is. */
export interface Check {
	what: string;
	isRight: boolean;
}

/** A measurement and what it should be at most. */
export interface Goal {
	what: string;
	value: number;
	most: number;
}

/** What a part of the bench gives. */
export interface Result {
	tables: Table[];
	checks: Check[];
	goals: Goal[];
}

/** A part of the bench; the short form shows no more than that everything works. */
export type Part = (isShort: boolean, provider: Provider) => Promise<Result> | Result;

export const goalsOf = (goals: Goal[]): Table => ({
	title: 'Goals',
	columns: ['goal', 'measured', 'at most', ''],
	rows: goals.map(({ what, value, most }) => [what, value, most, value <= most ? 'met' : 'missed']),
});

import { connectionRows, stopRows, uploadRows } from './around.mts';
import { jobRows } from './job.mts';
import { submitRows } from './submit.mts';
import { imageRows } from './image.mts';
import { at, type Cell, type Row } from './row.mts';
import type { Style } from '../../support/styles.mts';

/** What can go wrong on the way from the click to the stored image, in this order, at each of the APIs. */
export const rows: Row[] = [
	...connectionRows,
	...uploadRows,
	...submitRows,
	...jobRows,
	...imageRows,
	...stopRows,
];

export const cellOf = ({ cells }: Row, style: Style): Cell => at(cells, style);

/** Whether an API has no such moment. */
export const isMissing = (cell: Cell): boolean => cell.startsWith('–');

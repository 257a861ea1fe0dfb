import type { ProviderName } from '../../nodes/Flux/provider.ts';
import { connectionRows, stopRows, uploadRows } from './faultMatrixAround.mts';
import { jobRows } from './faultMatrixJob.mts';
import { orderRows } from './faultMatrixOrder.mts';
import { pictureRows } from './faultMatrixPicture.mts';
import { columns, type Cell, type Row } from './faultMatrixRow.mts';

/** What can go wrong on the way from the click to the stored image, in this order, at each of the four APIs. */
export const rows: Row[] = [
	...connectionRows,
	...uploadRows,
	...orderRows,
	...jobRows,
	...pictureRows,
	...stopRows,
];

export const cellOf = ({ cells }: Row, api: ProviderName): Cell =>
	typeof cells === 'string' ? cells : cells[columns.indexOf(api)];

/** Whether an API has no such moment. */
export const isMissing = (cell: Cell): boolean => cell.startsWith('–');

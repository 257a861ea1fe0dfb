import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inside, read, roomOf, rooms, root } from './rooms.mts';

/** The page that shows the picture. */
export const docsPage = 'docs/architecture.md';

const begin = '<!-- written by `npm run architecture` -->';
const end = '<!-- /architecture -->';

/** The rooms that each room uses itself, by their places from the top. */
function usesOf(): number[][] {
	const uses = rooms.map(() => new Set<number>());
	for (const { from, to } of inside) if (roomOf(from) !== roomOf(to)) uses[roomOf(from)].add(roomOf(to));
	return uses.map((set) => [...set].sort((a, b) => a - b));
}

/** Whether a room also reaches another one by way of a third: the picture leaves such an arrow out. */
function isReached(uses: number[][], from: number, to: number): boolean {
	const reaches = (room: number): boolean => room === to || uses[room].some(reaches);
	return uses[from].some((next) => next !== to && reaches(next));
}

/** The rooms and who uses whom, as Mermaid draws it. */
export function picture(): string {
	const uses = usesOf();
	const lines = rooms.map(([name], room) => `    r${room}["${name}"]`);
	const arrows = uses.flatMap((used, from) =>
		used.filter((to) => !isReached(uses, from, to)).map((to) => `    r${from} --> r${to}`),
	);
	const rows = rooms.map(
		([name], room) => `| ${name} | ${uses[room].map((to) => rooms[to][0]).join(', ') || 'nothing'} |`,
	);
	return [
		...['```mermaid', 'flowchart TD', ...lines, ...arrows, '```', ''],
		...['| room | uses |', '|---|---|', ...rows],
	].join('\n');
}

if (import.meta.url === `file://${process.argv[1]}`) {
	const text = read(docsPage);
	const [before, after] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end))];
	writeFileSync(join(root, docsPage), `${before}${begin}\n\n${picture()}\n\n${after}`);
}

import { comparePolling } from './polling.mts';
import { toText, type Table } from './table.mts';

/** The parts of the bench by their names. */
const parts: Record<string, () => Table[] | Promise<Table[]>> = {
	polling: comparePolling,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
	console.error(`There is no part called ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);
	process.exit(1);
}
for (const [name, run] of Object.entries(parts)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	console.log(`\n## ${name}\n`);
	for (const table of await run()) console.log(toText(table));
}

import { readFile } from 'node:fs/promises';

import { advice, documentIn } from './documentDifferences.mts';

const [file, id] = process.argv.slice(2);
if (file === undefined) {
	process.stderr.write(`npm run facts -- FILE [MODEL]

FILE, or its URL: the OpenAPI document of Black Forest Labs or Apiframe, or what Replicate answers for a model
(GET /models/owner/name) or its openapi_schema, for which MODEL is owner/name. Prints what differs from the catalogue.
`);
	process.exit(1);
}
const text = /^https?:/.test(file) ? await (await fetch(file)).text() : await readFile(file, 'utf8');
const lines = advice(documentIn(JSON.parse(text), id));
process.stdout.write(`${lines.join('\n') || 'The node has all that this document has.'}\n`);

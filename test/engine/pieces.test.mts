import type { ServerResponse } from 'node:http';

import { everyEncoding, type Encoded } from '../unit/encoded.mts';
import { alone, fluxError, hurry } from '../support/flux.mts';
import { listen } from '../support/probe.mts';
import { eachStyle, runStyle, type Style } from '../support/styles.mts';

hurry(0.25);

const encodings = await everyEncoding(64, 48);

/** Sends bytes in pieces that end there, each in a packet of its own. */
async function inPieces(response: ServerResponse, { bytes }: Encoded, ends: number[]) {
	response.setHeader('content-length', bytes.length);
	let from = 0;
	for (const end of [...ends, bytes.length].filter((one) => one <= bytes.length)) {
		response.write(bytes.subarray(from, end));
		from = end;
		await new Promise((resolve) => setTimeout(resolve, 15));
	}
	response.end();
}

const cases = eachStyle.flatMap(([, style]) =>
	encodings.map((one) => [style.label, one.name, style, one] as const),
);

it.concurrent.each(cases)(
	'At %s, type and size of a %s are those of the whole, although it arrives in pieces',
	alone(0, async (sandbox, _label, _name, style: Style, encoded: Encoded) => {
		const cuts = [[1], [13, 16, 19], [17], [20, 22, 23], [18, 21, 24, 25, 26, 28, 29], [30, 600]];
		let count = 0;
		const server = await listen((_request, response) => {
			void inPieces(response, encoded, cuts[count++ % cuts.length]);
		});
		for (const on of ['submit', 'poll'] as const) {
			sandbox.fault({ on, times: 99, do: { kind: 'resultUrl', to: `${server.url}/image` } });
		}
		const items = cuts.map(() => ({ json: {} }));
		const done = await runStyle(style, sandbox, style.small, { items });

		expect(fluxError(done)).toBeUndefined();
		expect([done.items.length, count]).toEqual([cuts.length, cuts.length]);
		const { width, height, mimeType } = encoded.facts;
		for (const item of done.items) {
			expect(item.json).toMatchObject({ width, height, mimeType, fileSize: encoded.bytes.length });
			expect((await done.binary(item)).equals(encoded.bytes)).toBe(true);
		}
		server.close();
	}),
);

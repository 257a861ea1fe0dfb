import { jest } from '@jest/globals';

import { fluxError, hurry, requestsFor, useSandbox } from '../support/flux.mts';
import { eachStyle, runStyle } from '../support/styles.mts';

// These look at moments, so they run one after another; a machine that is busy elsewhere may be late once.
jest.retryTimes(2);

const wall = hurry(0.25);
const at = useSandbox();
const refused = { kind: 'status' as const, status: 429 };

describe.each(eachStyle)('A submit to %s', (_name, style) => {
	it('waits longer and longer after each 429 that does not say how long', async () => {
		at.sandbox.fault({ on: 'submit', times: 3, do: refused });
		const done = await runStyle(style, at.sandbox, style.small);

		expect(done.items[0].json.status).toBe('completed');
		const sent = requestsFor(at.sandbox, 'submit').map(({ at }) => at);
		expect(sent).toHaveLength(4);
		// 500 ms, then twice as long each time, of which chance takes away up to half.
		for (const [index, moment] of sent.slice(1).entries()) {
			expect(moment - sent[index]).toBeGreaterThanOrEqual(wall(250 * 2 ** index) - 10);
			expect(moment - sent[index]).toBeLessThan(wall(500 * 2 ** index) + 300);
		}
	});

	it('keeps the deadline while it is refused with 429 again and again', async () => {
		at.sandbox.fault({ on: 'submit', do: refused });
		const done = await runStyle(style, at.sandbox, { settings: { timeout: 4 } });

		expect(fluxError(done)?.code).toMatch(/^(rate-limited|timeout)$/);
		expect(done.seconds).toBeLessThan(1.8);
		expect(at.sandbox.billed()).toBe(0);
	});
});

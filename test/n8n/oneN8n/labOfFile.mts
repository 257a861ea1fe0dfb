import { tmpdir } from 'node:os';
import type { Credentials } from '../examples.mts';
import { Lab, LAB_WITHIN_MS } from '../lab.mts';

/** The lab of a test file, which the modules that it is made of share: to start n8n is what costs most. */
export let lab: Lab;

/** A credential of each API for its sandbox. */
export let credentials: Required<Credentials>;

beforeAll(async () => {
	lab = await Lab.open({ N8N_RESTRICT_FILE_ACCESS_TO: tmpdir() });
	credentials = await lab.saveCredentials();
}, LAB_WITHIN_MS);
afterAll(() => lab?.close());
beforeEach(() => {
	lab.sandbox.reset();
	lab.sandbox.secondsPerImage = 0.2;
});

import { errorText, fluxError, requestsFor, runFlux, useSandbox } from '../support/flux.mts';

const at = useSandbox();

/** Each of these was found by the fuzz tests. */
it('keeps the key out of the error where the server writes it in place of the image', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'notAnImage', text: `Not for ${at.sandbox.key}, sorry` } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
	expect(errorText(run)).toContain('Not for ***, sorry');
	expect(run.everything()).not.toContain(at.sandbox.key);
});

it('keeps the key out of everything where an answer spells it with escapes', async () => {
	const spelled = [...at.sandbox.key].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
	at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 422, body: { detail: `key ${spelled}` } } });
	const run = await runFlux(at.sandbox);

	expect(errorText(run)).toContain('key ***');
	expect(run.everything()).not.toContain(spelled);
});

it('takes an id that no path can hold for none, and submits nothing again', async () => {
	at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: { id: '\ud800', polling_url: null } } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'bad-response', jobId: null });
	expect(errorText(run)).toContain('may have been accepted and charged');
	expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
});

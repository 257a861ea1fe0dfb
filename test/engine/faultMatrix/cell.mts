import { setTimeout as wait } from 'node:timers/promises';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startWholeSandbox } from '../../support/madeUpDialect.mts';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import { imageOf } from '../../support/images.mts';
import { cellOf } from './matrix.mts';
import type { CredentialValues } from '../../support/credentials.mts';
import { adviceOf } from './advice.mts';
import { at, type Place, type Row } from './row.mts';
import { errorText, fluxError, requestsFor } from '../../support/flux.mts';
import { runWorkflow, type Run } from '../../support/harness.mts';
import { startInternet } from '../../support/internet.mts';
import { workflowOf, type Server, type Style } from '../../support/styles.mts';

/** The server that nobody trusts: its address, what it was asked, and the image that it always answers. */
export interface Foreign {
	url: string;
	requests: Array<{ url?: string; rawHeaders: string[] }>;
	image: Buffer;
}

/** What came of one fault at one API. */
export interface Seen {
	/** In the words of the table. */
	cell: string;
	/** What must not be, whatever the fault. */
	problems: string[];
}

const usualTimeout = 100;
/** Seconds that the rest of a run may take on a busy machine. */
const tolerance = 10;
/** No fault may make the node hammer a server. */
const maxRequests = 50;
/** Replicate holds a submit for two seconds, and only a job that takes longer is asked for. */
const longerThanHeld = 4;
const privateOrigin = 'http://10.0.0.1';
/** More than a provider takes inline. */
const padding = Buffer.alloc(300 * 1024, 7);

/** Runs one cell on a sandbox of its own, so with an account of its own. */
export async function runCell(row: Row, style: Style, foreign: Foreign, asItem = false): Promise<Seen> {
	// Characters that look different in a URL.
	const key = `key+of/${crypto.randomUUID()}=`;
	const isAsked = row.isAsked === true && style.hasJobs;
	const sandbox = await startWholeSandbox({ key, secondsPerImage: isAsked ? longerThanHeld : 0.02 });
	const internet = row.isPublic === true ? await startInternet(() => sandbox) : undefined;
	const base = internet === undefined ? `${sandbox.url}${style.path}` : style.publicBase;
	const place: Place = {
		...{ style, sandbox, base, inner: `${privateOrigin}/picture.png` },
		foreign: `${foreign.url}/${crypto.randomUUID()}/picture.png`,
	};
	sandbox.fault({ on: 'poll', match: finish(sandbox), do: { kind: 'reset' } });
	for (const rule of row.rules(place)) sandbox.fault(rule);
	const server = row.server?.(sandbox) ?? sandbox;
	const credentials = internet && { [style.credential]: { apiKey: key, ...style.custom(base) } };
	try {
		const done = await start(row, place, server, internet?.parameters, credentials, asItem);
		const run = asItem ? asThrown(done) : done;
		const inner = internet?.arrived.filter(({ origin }) => origin === privateOrigin) ?? [];
		const asked = foreign.requests.filter(({ url = '' }) => place.foreign.endsWith(url));
		const cell = await describe(run, row, place, foreign);
		const problems = [
			...keysIn(run, server.key, place, asked),
			...textProblems(run, sandbox),
			...columnProblems(run, row, place),
			...(asked.length > 0 === (row.asksForeign === true)
				? []
				: [`${asked.length} requests to the foreign host`]),
			...(inner.length > 0 ? [`${inner.length} requests into the private network`] : []),
			...(run.seconds > (row.timeout ?? usualTimeout) + tolerance ? [`${run.seconds} seconds`] : []),
			...(sandbox.requests.length > maxRequests ? [`${sandbox.requests.length} requests`] : []),
		];
		return { cell, problems };
	} finally {
		internet?.close();
		await sandbox.close();
	}
}

/** An error item of *On Error: Continue* in the form of an error, of which the same is asked. */
function asThrown(run: Run): Run {
	const [{ json, pairedItem, binary }] = run.items;
	const flux = json.error as IDataObject;
	expect({ pairedItem, binary, error: run.error }).toEqual({ pairedItem: { item: 0 }, binary: undefined });
	const description = `${String(flux.description)} (${String(flux.code)})`;
	return { ...run, error: { message: flux.message, description, context: { flux } } as never };
}

/** Matches no request, but ends the jobs when one comes. */
const finish = (sandbox: Sandbox) => () => {
	sandbox.finish();
	return false;
};

async function start(
	row: Row,
	{ style, sandbox }: Place,
	server: Server,
	parameters?: INodeParameters,
	credentials?: CredentialValues,
	asItem = false,
): Promise<Run> {
	const { timeout = usualTimeout, hasFile, maxTries, stopAt } = row;
	const file = hasFile === true ? Buffer.concat([await imageOf('png', 64, 48), padding]) : undefined;
	const running = runWorkflow(
		workflowOf(
			style,
			server,
			{ ...style.small, ...(file && style.edit), settings: { timeout }, ...parameters },
			{
				...(file && {
					items: [{ json: {}, binary: { data: { data: file.toString('base64'), mimeType: 'image/png' } } }],
				}),
				...(credentials && { credentials }),
				...(asItem && { onError: 'continueRegularOutput' }),
				...(maxTries && { retryOnFail: { maxTries, waitBetweenTries: 1 } }),
			},
		),
	);
	if (stopAt !== undefined) {
		const billed = cellOf(row, style).includes(' 1') ? 1 : 0;
		const ready = () => requestsFor(sandbox, stopAt(style)).length > 0 && sandbox.billed() === billed;
		while (!ready()) await wait(5);
		running.stop();
	}
	return await running.result;
}

/** The result in the words of the table; what is not as it should be gets words of its own. */
async function describe(run: Run, row: Row, place: Place, foreign: Foreign): Promise<string> {
	const { sandbox, style } = place;
	const billed = sandbox.billed();
	const jobId = style.hasJobs ? sandbox.jobs[0]?.id : undefined;
	if (run.error === undefined) {
		if (run.items.length !== 1) return `${run.items.length} items, ${billed} billed`;
		const [{ json }] = run.items;
		const bytes = row.asksForeign === true ? foreign.image : await sandbox.jobs[0]?.drawn.get(0);
		const isWhole = bytes !== undefined && (await run.binary(run.items[0])).equals(bytes);
		const flaws = [
			...(isWhole ? [] : ['another image']),
			...(json.jobId === (jobId ?? null) ? [] : ['another job']),
		];
		return [`success ${billed}`, ...flaws].join(', ');
	}
	const flux = fluxError(run);
	if (flux === undefined) return `an error of n8n's own: ${errorText(run)}`;
	return `${String(flux.code)} ${billed}${traceOf(flux, run, row, place)}`;
}

function traceOf(
	flux: Record<string, unknown>,
	run: Run,
	row: Row,
	{ sandbox, style, base, inner }: Place,
): string {
	const [job] = sandbox.jobs;
	const text = run.error?.description ?? '';
	const traces: string[] = [];
	if (flux.jobId !== null) {
		traces.push(
			flux.jobId === job?.id && text.includes(job.id) ? ' job' : ` another job (${String(flux.jobId)})`,
		);
		// One that is refused is of no use to who collects the job.
		const isRefused = row.fault === 'URL to ask at is on a foreign host';
		const expected = isRefused ? null : (style.pollingUrl?.(base, job?.id) ?? null);
		if (flux.pollingUrl !== expected) traces.push(` another polling URL (${String(flux.pollingUrl)})`);
	}
	if (flux.url !== undefined) {
		const named = String(flux.url);
		const isNamed = named === inner || (/\/delivery\b/.test(named) && named.includes(`/${job?.id}/`));
		traces.push(isNamed && text.includes(named) ? ' url' : ` another URL (${named})`);
	}
	return traces.join('');
}

/** Where the key is that it must not be: everywhere but in its header of requests to the credential's own paths. */
function keysIn(run: Run, key: string, { style, sandbox }: Place, asked: Foreign['requests']): string[] {
	const forms = [key, encodeURIComponent(key), Buffer.from(key).toString('base64')];
	const holds = (text: string) => forms.some((form) => text.includes(form));
	const found: string[] = [];
	if (holds(run.everything())) found.push('the key is in what the execution left behind');
	if (holds(JSON.stringify(asked.map(({ url, rawHeaders }) => [url, rawHeaders])))) {
		found.push('the key went to the foreign host');
	}
	for (const { action, url, headers, body } of sandbox.requests) {
		const { [style.keyHeader]: sent, ...others } = headers;
		if (holds(JSON.stringify([url, others, body]))) found.push(`the key is beside its header (${action})`);
		const isOurs = action !== 'download' && url.startsWith(`${style.path}/`);
		if (sent !== (isOurs ? style.keyValue(key) : undefined))
			found.push(`${style.keyHeader} is wrong (${action})`);
	}
	return found;
}

const warning = /may have (accepted|been accepted)/;

const hit = ({ phase }: Row, { hasJobs }: Style): string =>
	({ Upload: 'upload', Image: 'download', Job: hasJobs ? 'poll' : 'submit' })[phase as string] ?? 'submit';

/** What the row asks for beside its cell, and what goes with each code everywhere. */
function columnProblems(run: Run, row: Row, { style, sandbox }: Place): string[] {
	const count = requestsFor(sandbox, hit(row, style)).length;
	const expected = row.requests === undefined ? count : at(row.requests, style);
	const problems = count === expected ? [] : [`${count} requests in place of ${expected}`];
	const flux = fluxError(run);
	if (run.error === undefined || flux === undefined) return problems;
	const { message, description } = run.error;
	const advice = [adviceOf(String(flux.code), flux), ...(row.advises ? [at(row.advises, style)] : [])];
	const isOurs = flux.api === style.name && flux.model === (style.model.value as string);
	return [
		...problems,
		...(isOurs ? [] : [`names ${String(flux.api)} and ${String(flux.model)}`]),
		...(row.says === undefined || at(row.says, style).test(message) ? [] : [`says: ${message}`]),
		...advice.filter((one) => !one.test(description ?? '')).map((one) => `${one} is not in: ${description}`),
		...(description?.endsWith(`(${String(flux.code)})`) === true ? [] : [`no code after ${description}`]),
	];
}

/** What the words of an error owe to the user. */
function textProblems(run: Run, sandbox: Sandbox): string[] {
	if (run.error === undefined) return [];
	const text = errorText(run);
	const { jobId = null, url } = fluxError(run) ?? {};
	const isTraced = jobId !== null || url !== undefined;
	const wasOrdered = requestsFor(sandbox, 'submit').length > 0;
	return [
		...(sandbox.billed() > 0 && !isTraced && !warning.test(text)
			? [`no word of what may be billed: ${text}`]
			: []),
		...(sandbox.billed() > 0 && text.includes('Nothing was billed')
			? [`denies what may be billed: ${text}`]
			: []),
		...(!wasOrdered && warning.test(text) ? [`warns of nothing: ${text}`] : []),
	];
}

import type { AnswerVariant, Sandbox } from '../../sandbox/sandbox.mts';
import { gif, imageOf } from '../../support/images.mts';
import { startWholeSandbox } from '../../support/madeUpDialect.mts';
import { styles, type Style, type StyleName } from '../../support/styles.mts';
import type { Phase } from './server.mts';

/** What the sandbox really answered: the JSON with `%BASE%` in place of its own address. */
export interface Document {
	status: number;
	json: unknown;
}

/** The real answers of an API: the good ones first, then others, among them refusals. */
export type Templates = Record<StyleName, Record<Asked, Document[]>>;
/** What is answered with a document. */
export type Asked = Exclude<Phase, 'download'>;

/** The id of every job, and how a user names it. */
export const jobId = 'job-5f0c2d1e';
export const namedJob = (api: StyleName): string => styles[api].jobIdOf?.(jobId) ?? jobId;
export const goodImageUrl = '%BASE%/file/sample.png';

type Json = Record<string, unknown>;

const variants: AnswerVariant[] = [
	'standard',
	'relativeUrl',
	'b64Only',
	'emptyUnused',
	'images',
	'urlStrings',
];

/** The small images that are delivered. */
export async function drawings(): Promise<Record<string, Buffer>> {
	const of = async (format: 'png' | 'jpeg' | 'webp' | 'avif') => await imageOf(format, 24, 16);
	const [png, jpeg, webp, avif] = [await of('png'), await of('jpeg'), await of('webp'), await of('avif')];
	return { png, jpeg, webp, avif, gif };
}

/** Asks the sandbox for everything that it can answer, in each dialect. */
export async function askSandbox(image: Buffer): Promise<Templates> {
	const sandbox = await startWholeSandbox({ secondsPerImage: 3600, isAskedWrong: true });
	try {
		const templates: Partial<Templates> = {};
		for (const style of Object.values(styles)) templates[style.name] = await askStyle(sandbox, style, image);
		return templates as Templates;
	} finally {
		await sandbox.close();
	}
}

async function askStyle(sandbox: Sandbox, style: Style, image: Buffer) {
	const { asking } = style;
	const base = `${sandbox.url}${style.path}`;
	const documents: Record<Asked, Document[]> = { submit: [], poll: [], result: [] };
	let raw: Json = {};
	const ask = async (phase: Asked, url: string, body?: unknown, key = sandbox.key) => {
		const response = await fetch(url, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { [style.keyHeader]: style.keyValue(key), 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		raw = (await response.json()) as Json;
		documents[phase].push({ status: response.status, json: general(raw, base, sandbox, image) });
	};
	const submit = async (body: unknown = asking.body, key?: string) =>
		await ask('submit', `${base}${asking.submit}`, body, key);
	if (asking.poll === undefined) {
		sandbox.secondsPerImage = 0;
		for (sandbox.openAiAnswer of variants) await submit();
	} else {
		await submit();
		const url = asking.poll(raw, base);
		const resultUrl = asking.result?.(raw);
		/** What the present state makes of each question that a job has. */
		const look = async (change = (one: string) => one, key?: string) => {
			await ask('poll', change(url), undefined, key);
			if (resultUrl !== undefined) await ask('result', change(resultUrl), undefined, key);
		};
		sandbox.finish();
		await look();
		const [job] = sandbox.jobs.slice(-1);
		job.dueAt = Date.now() + 1e6;
		await look();
		for (const end of asking.ends) {
			sandbox.fault({ on: 'poll', do: { kind: 'state', ...end } });
			await look();
			sandbox.clearFaults();
		}
		await look((one) => one.replace(job.id, 'unknown'));
		job.dueAt = Date.now() - 2;
		job.expiresAt = Date.now() - 1;
		await look();
		await look(undefined, 'wrong-key-000000');
		sandbox.fault({ on: 'poll', do: { kind: 'status', status: 429 } });
		await look();
		sandbox.clearFaults();
	}
	await submit(asking.body, 'wrong-key-000000');
	sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429 } });
	await submit();
	await submit({ ...asking.body, prompt: 5, input: { prompt: 5 } });
	sandbox.credits = 0;
	await submit();
	sandbox.reset();
	return documents;
}

/** The answer with ids and addresses that a script can fill in; its own image gives way to the small one. */
function general(json: unknown, base: string, sandbox: Sandbox, image: Buffer): unknown {
	const ids = sandbox.jobs.map(({ id }) => id);
	const text = JSON.stringify(json, (name, value: unknown) => {
		if (name === 'b64_json' && value !== '') return image.toString('base64');
		// Times would make every run another one.
		if (/time|duration|^created/.test(name) && typeof value === 'number') return 1.5;
		if (typeof value !== 'string') return value;
		if (/^\d{4}-\d\d-\d\dT/.test(value)) return '2026-11-20T20:00:00.000Z';
		const path = value.replace(/^.*\/delivery\/.*$/, (url) =>
			url.startsWith('/') ? goodImageUrl.replace('%BASE%', '%PATH%') : goodImageUrl,
		);
		const at = path.replaceAll(base, '%BASE%').replaceAll(sandbox.url, '%BASE%');
		return ids.reduce((clean, id) => clean.replaceAll(id, jobId), at);
	});
	return JSON.parse(text);
}

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';

import { realStyles, type StyleName } from '../../support/styles.mts';
import { character } from '../../unit/fuzzRuns.mts';
import type { Phase, Reply, Way } from './server.mts';
import type { Asked, Document, Templates } from './templates.mts';
import {
	anyNumber,
	anyText,
	anyUrl,
	anyValue,
	anyWord,
	nested,
	often,
	retryAfters,
	statuses,
	types,
	urls,
	weighted,
} from './values.mts';

/** One generated answer, and how it is met. */
export interface Case {
	api: StyleName;
	phase: Phase;
	/** Whether the image is submitted, or the job of an earlier submit is collected. */
	via: 'image' | 'job';
	/** Whether the node is to wait for the image. */
	waits: boolean;
	reply: Reply;
	times: number;
}

type Container = Record<string | number, unknown>;
type Path = Array<string | number>;

/** The ways to every value in a document but the document itself. */
function pathsIn(value: unknown, path: Path = []): Path[] {
	if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
	const inside = Object.entries(value).flatMap(([name, one]) => pathsIn(one, [...path, name]));
	return path.length === 0 ? inside : [path, ...inside];
}

/** What is meant by a field is more often mistaken for something alike than for anything. */
const alike = (name: string): fc.Arbitrary<unknown> => {
	if (/^(status|code|type|title)$/.test(name)) return anyWord;
	if (/url|sample|output|images|get|result|data/i.test(name)) return anyUrl;
	if (/^(seed|cost|creditCost|progress)$|^retry_after$|_mp$/.test(name)) return anyNumber;
	return anyText;
};

const mutationOf = (paths: Path[]): fc.Arbitrary<(document: Container) => void> => {
	// Fields that the node reads come first to mind; the others are there to be ignored.
	const read =
		/^(id|jobId|status|output|result|sample|polling_url|images|data|url|b64_json|error|details?|cost|seed)$/;
	const likely = paths.filter((path) => read.test(String(path[path.length - 1])));
	const path = weighted(
		[3, fc.constantFrom(...(likely.length > 0 ? likely : paths))],
		[1, fc.constantFrom(...paths)],
	);
	return path.chain((way) => {
		const name = way[way.length - 1];
		const at = (document: Container): Container | undefined => {
			const holder = way
				.slice(0, -1)
				.reduce<unknown>((one, step) => (one as Container | null)?.[step], document);
			return typeof holder === 'object' && holder !== null ? (holder as Container) : undefined;
		};
		const change = (edit: (holder: Container) => void) => (document: Container) => {
			const holder = at(document);
			if (holder !== undefined) edit(holder);
		};
		const replace = (value: unknown) => change((holder) => void (holder[name] = structuredClone(value)));
		return weighted(
			[3, fc.constant(change((holder) => delete holder[name]))],
			[6, alike(String(way.findLast((step) => Number.isNaN(Number(step))) ?? name)).map(replace)],
			[4, anyValue.map(replace)],
			[1, fc.constant(change((holder) => (holder[name] = [holder[name]])))],
			[1, fc.constant(change((holder) => (holder[name] = { url: holder[name], value: holder[name] })))],
			[1, fc.constant(change((holder) => (holder[name] = JSON.stringify(holder[name]))))],
			[1, fc.nat(5).map((times) => change((holder) => (holder[name] = Array(times).fill(holder[name]))))],
			[1, anyText.map((other) => change((holder) => (holder[other] = holder[name])))],
		);
	});
};

/** A document in which up to four things are wrong. */
const mutated = (json: unknown): fc.Arbitrary<unknown> => {
	const paths = pathsIn(json);
	if (paths.length === 0) return fc.constant(json);
	return fc.array(mutationOf(paths), { maxLength: 4 }).map((changes) => {
		const document = structuredClone(json) as Container;
		for (const change of changes) change(document);
		return document;
	});
};

/** The text of a document: what is deep or no number for JavaScript is written in here. */
const written = (json: unknown): string =>
	(JSON.stringify(json) ?? '')
		.replace(/"@raw:([^"]+)"/g, '$1')
		.replace(/"@deep:(\d+)"/g, (_, depth: string) => deepText(Number(depth)));
const deepText = (depth: number) =>
	depth < 1_000 ? JSON.stringify(nested(depth)) : `${'['.repeat(depth)}1${']'.repeat(depth)}`;

const page =
	'<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad gateway %KEY%</h1></body></html>';
const others: fc.Arbitrary<Pick<Reply, 'body' | 'isBase64'>> = weighted<Pick<Reply, 'body' | 'isBase64'>>(
	[
		2,
		fc
			.constantFrom('', ' ', 'null', '[]', '{}', '""', '0', page, 'OK', '{"a":1}{"b":2}')
			.map((body) => ({ body })),
	],
	[1, fc.json({ maxDepth: 3 }).map((body) => ({ body }))],
	[1, fc.string({ unit: character, maxLength: 300 }).map((body) => ({ body }))],
	[
		1,
		fc
			.uint8Array({ maxLength: 300 })
			.map((bytes) => ({ body: Buffer.from(bytes).toString('base64'), isBase64: true })),
	],
	[1, fc.constantFrom(900, 20_000, 60_000).map((depth) => ({ body: deepText(depth) }))],
);

/** What becomes of a text on its way. */
const garbled = (text: string): fc.Arbitrary<Pick<Reply, 'body' | 'isBase64'>> =>
	weighted<Pick<Reply, 'body' | 'isBase64'>>(
		[84, fc.constant({ body: text })],
		[4, fc.nat(text.length).map((end) => ({ body: text.slice(0, end) }))],
		[
			2,
			fc.constantFrom(
				{ body: `\ufeff${text}` },
				{ body: `${text}\n\n` },
				{ body: `${text},` },
				{ body: `<html>${text}</html>` },
			),
		],
		[1, fc.constant({ body: escaped(text) })],
		[1, fc.constant({ body: Buffer.from(text, 'utf16le').toString('base64'), isBase64: true })],
		[8, others],
	);
/** The same JSON with every slash escaped, as PHP writes it. */
const escaped = (text: string) => text.replaceAll('/', '\\/');

const compress: Record<string, (bytes: Buffer) => Buffer> = {
	gzip: gzipSync,
	deflate: deflateSync,
	br: brotliCompressSync,
};

type Shape = Pick<Reply, 'body' | 'isBase64'>;

/** An answer with this body: its status, headers and way are usually right. */
const reply = (usual: { status: number; type: string }, body: fc.Arbitrary<Shape>): fc.Arbitrary<Reply> =>
	fc
		.record({
			status: often(80, usual.status, fc.constantFrom(...statuses)),
			type: often(85, usual.type, fc.constantFrom(...types)),
			retryAfter: fc.option(fc.constantFrom(...retryAfters), { freq: 2 }),
			location: fc.constantFrom(...urls.filter((url) => /^[\x20-\x7e]*$/.test(url))),
			encoding: often(
				90,
				'',
				fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'nonsense', 'gzip, br'),
			),
			isEncoded: fc.boolean(),
			shape: body,
			way: often<Way>(
				88,
				'whole',
				weighted<Way>(
					[3, fc.constantFrom<Way>('chunked', 'short', 'long', 'cut', 'reset')],
					[1, fc.constantFrom<Way>('raw', 'hang')],
				),
			),
		})
		.map(({ status, type, retryAfter, location, encoding, isEncoded, shape, way }) => {
			const headers: Record<string, string> = {};
			if (type !== '') headers['content-type'] = type;
			if (retryAfter !== null && status >= 400) headers['retry-after'] = retryAfter;
			if (status >= 300 && status < 400) headers.location = location;
			if (encoding === '') return { status, headers, ...shape, way };
			headers['content-encoding'] = encoding;
			const pack = isEncoded ? compress[encoding] : undefined;
			if (pack === undefined) return { status, headers, ...shape, way };
			const bytes = Buffer.from(shape.body, shape.isBase64 === true ? 'base64' : 'utf8');
			return { status, headers, body: pack(bytes).toString('base64'), isBase64: true, way };
		});

const jsonReply = ({ status, json }: Document): fc.Arbitrary<Reply> =>
	reply({ status, type: 'application/json' }, mutated(json).map(written).chain(garbled));

/** What stands at the URL of an image. */
const imageReply = (drawings: Record<string, Buffer>): fc.Arbitrary<Reply> => {
	const base64 = (bytes: Buffer): Shape => ({ body: bytes.toString('base64'), isBase64: true });
	const image = fc.constantFrom(...Object.values(drawings));
	const changed = image.chain((bytes) => {
		const cut = fc.nat(bytes.length).map((end) => bytes.subarray(0, end));
		const flipped = fc
			.array(fc.tuple(fc.nat(Math.min(bytes.length - 1, 60)), fc.nat(255)), { minLength: 1, maxLength: 4 })
			.map((flips) => {
				const other = Buffer.from(bytes);
				for (const [at, byte] of flips) other[at] = byte;
				return other;
			});
		const tailed = fc.uint8Array({ maxLength: 40 }).map((tail) => Buffer.concat([bytes, tail]));
		const headed = fc.uint8Array({ minLength: 1, maxLength: 4 }).map((head) => Buffer.concat([head, bytes]));
		return weighted([6, fc.constant(bytes)], [3, cut], [3, flipped], [1, tailed], [1, headed]);
	});
	const body = weighted<Shape>(
		[10, changed.map(base64)],
		[1, fc.constantFrom(0, 1, 5_000).map((size) => base64(Buffer.alloc(size)))],
		[
			1,
			fc
				.constantFrom('<svg xmlns="http://www.w3.org/2000/svg"/>', 'key: %KEY%', 'GIF89a', 'BM', '%PDF-1.7')
				.map((text) => ({ body: text })),
		],
		[1, others],
	);
	return weighted(
		[9, reply({ status: 200, type: 'image/png' }, body)],
		[2, fc.constantFrom(...statuses).chain((status) => reply({ status, type: 'application/xml' }, body))],
	);
};

/** The ways through the node that answers can take: a submit by each phase, and a job that is collected. */
export const targets: Array<Pick<Case, 'api' | 'phase' | 'via'>> = Object.values(realStyles).flatMap(
	({ name: api, hasJobs, resultUrl }) => {
		const looks: Phase[] = [...(hasJobs ? ['poll' as const] : []), ...(resultUrl ? ['result' as const] : [])];
		const collected: Phase[] = hasJobs ? [...looks, 'download'] : [];
		const through: Phase[] = ['submit', ...looks, 'download'];
		return [
			...through.map((phase) => ({ api, phase, via: 'image' as const })),
			...collected.map((phase) => ({ api, phase, via: 'job' as const })),
		];
	},
);

/** Any answer in any phase of any API; most of them nearly what the sandbox answers there. */
export function anyCase(templates: Templates, drawings: Record<string, Buffer>): fc.Arbitrary<Case> {
	const images = imageReply(drawings);
	const documents = (api: StyleName, phase: Asked) => {
		const own = templates[api][phase].map(jsonReply);
		const foreign = Object.values(templates).flatMap(({ submit, poll, result }) =>
			phase === 'submit' ? submit : [...poll, ...result],
		);
		// The good answers are the way to what lies behind.
		return weighted([3, own[0]], [5, fc.oneof(...own)], [1, fc.constantFrom(...foreign).chain(jsonReply)]);
	};
	const replies = targets.map((target) => {
		const { api, phase } = target;
		const answers = phase === 'download' ? images : documents(api, phase);
		return fc.record({
			...{ api: fc.constant(api), phase: fc.constant(phase), via: fc.constant(target.via) },
			waits: often(85, true, fc.constant(false)),
			times: fc.constantFrom(1, 1, 1, 1, 2, 2, 3, 99),
			reply: answers,
		});
	});
	return fc.oneof(...replies);
}

/** How all phases of an API go well. */
export const goodReplies = (templates: Templates, api: StyleName, image: Buffer): Record<Phase, Reply> => {
	const good = (json: unknown, status = 200): Reply => ({
		status,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(json),
		way: 'whole',
	});
	const [submit] = templates[api].submit;
	return {
		submit: good(submit.json, submit.status),
		poll: good(templates[api].poll[0]?.json),
		result: good(templates[api].result[0]?.json),
		download: {
			status: 200,
			headers: { 'content-type': 'image/png' },
			body: image.toString('base64'),
			isBase64: true,
			way: 'whole',
		},
	};
};

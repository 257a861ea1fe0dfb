import fc from 'fast-check';

import { excerpt, redact } from '../../nodes/Flux/http/redact.ts';
import { retryAfterMs } from '../../nodes/Flux/http/retry.ts';
import { isPrivateHost, mayCarryKey, mayDownload, requestUrl } from '../../nodes/Flux/http/trust.ts';
import { inspectImage } from '../../nodes/Flux/images/inspect.ts';
import { fileName } from '../../nodes/Flux/images/fileName.ts';
import { character, runs, text } from './fuzzRuns.mts';
import { gif, imageOf, type Format } from '../support/images.mts';

describe('Retry-After', () => {
	const now = Date.parse('2026-11-20T20:00:00Z');

	it('is understood as seconds or as a date, or not at all', () => {
		const header = fc.oneof(text, fc.string(), fc.constantFrom('-1', '1e3', 'Infinity', '0x1', '1;2'));
		fc.assert(
			fc.property(header, (one) => {
				const pause = retryAfterMs(one, now);
				if (pause !== undefined) expect(pause).toBeGreaterThanOrEqual(0);
				if (!/^\s*\d/.test(one) && !/\d\d:\d\d/.test(one)) expect(pause).toBeUndefined();
			}),
			runs,
		);
	});

	it('means the same moment as seconds and as a date', () => {
		fc.assert(
			fc.property(fc.nat(1_000_000), (seconds) => {
				expect(retryAfterMs(String(seconds), now)).toBe(seconds * 1000);
				expect(retryAfterMs(new Date(now + seconds * 1000).toUTCString(), now)).toBe(seconds * 1000);
			}),
			runs,
		);
	});
});

describe('Trust', () => {
	const hosts = [
		'api.bfl.ai',
		'us1.bfl.ai',
		'bfl.ai',
		'evil.com',
		'bfl.ai.evil.com',
		'evilbfl.ai',
		'127.0.0.1',
		'[::1]',
	];
	const tricks = [
		'@',
		'#',
		'?',
		'/',
		'\\',
		'.',
		':',
		'%2f',
		'%40',
		'\t',
		'\n',
		' ',
		'。',
		':443',
		':8443',
		'user:pass@',
	];
	const piece = fc.oneof(fc.constantFrom(...hosts), fc.constantFrom(...tricks), fc.string({ maxLength: 3 }));
	const target = fc
		.tuple(
			fc.constantFrom('https://', 'http://', 'HTTPS:\\\\', '//', '/', 'ftp://', ''),
			fc.array(piece, { maxLength: 5 }),
		)
		.map(([scheme, pieces]) => scheme + pieces.join(''));
	const base = fc.constantFrom(
		...[
			'https://api.bfl.ai',
			'https://flux.example.com/v1',
			'http://127.0.0.1:3000',
			'https://evil.com',
			'http://evil.com',
		],
	);
	/** The host that is really asked, as the client of the request reads the URL. */
	const read = (url: string) => (URL.canParse(url) ? new URL(url) : undefined);

	it('gives the key to no other origin, but from bfl.ai to its own hosts', () => {
		let given = 0;
		fc.assert(
			fc.property(
				fc.oneof(
					target,
					base.map((one) => `${one}/v1/x`),
				),
				base,
				(url, own) => {
					if (!mayCarryKey(url, { baseUrl: own, family: 'bfl.ai' })) return;
					given++;
					const [to, from] = [read(requestUrl({ baseUrl: own }, url))!, read(own)!];
					const isSibling = [to, from].every(({ href }) => /^https:\/\/([\w-]+\.)+bfl\.ai\//.test(href));
					expect(to.origin === from.origin || isSibling).toBe(true);
					expect(to.username + to.password).toBe('');
					expect(to.protocol === 'https:' || isPrivateHost(to.hostname)).toBe(true);
				},
			),
			{ ...runs, numRuns: runs.numRuns * 4 },
		);
		expect(given).toBeGreaterThan(50);
	});

	it('fetches from no private address for a public base, however it is written', () => {
		const byte = fc.nat(255);
		const address = fc.oneof(
			fc.tuple(fc.constantFrom(10, 127, 0), byte, byte, byte),
			fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
			fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
			fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
		);
		const ways: Array<(parts: number[], whole: number) => string> = [
			(parts) => parts.join('.'),
			(_, whole) => String(whole),
			(_, whole) => `0x${whole.toString(16)}`,
			(parts) => parts.map((part) => `0${part.toString(8)}`).join('.'),
			(parts) => parts.map((part) => `0x${part.toString(16)}`).join('.'),
			(parts) => `[::ffff:${parts.join('.')}]`,
			(parts) => `[64:ff9b::${parts.join('.')}]`,
			(parts) => `${parts.join('.')}.`,
		];
		fc.assert(
			fc.property(address, fc.constantFrom(...ways), (parts, way) => {
				const whole = parts.reduce((sum, part) => sum * 256 + part, 0);
				expect(mayDownload(`http://${way([...parts], whole)}/x.png`, 'https://api.bfl.ai')).toBe(false);
			}),
			runs,
		);
	});
});

describe('A key', () => {
	const key = fc.string({
		unit: fc.constantFrom(...'abcXYZ0189-_./+=:~!$&*()|[]{}^"\\ %'),
		minLength: 6,
		maxLength: 30,
	});
	const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
	const ways: Array<(one: string) => string> = [
		(one) => one,
		(one) => encodeURIComponent(one),
		(one) => `%${hex(one.charCodeAt(0), 2)}`,
		(one) => `%${hex(one.charCodeAt(0), 2).toUpperCase()}`,
		(one) => `\\u${hex(one.charCodeAt(0), 4)}`,
		(one) => (one === '/' ? '\\/' : JSON.stringify(one).slice(1, -1)),
	];

	it('disappears however each of its characters is written', () => {
		const letters = fc.string({ unit: fc.constantFrom(...'mnopq<>,'), maxLength: 10 });
		fc.assert(
			fc.property(
				key,
				fc.array(fc.nat(ways.length - 1), { minLength: 30, maxLength: 30 }),
				letters,
				letters,
				(secret, chosen, before, behind) => {
					const written = [...secret].map((one, index) => ways[chosen[index]](one)).join('');
					expect(redact(`${before}${written}${behind}`, ['another-key', secret])).toBe(
						`${before}***${behind}`,
					);
				},
			),
			runs,
		);
	});

	it('leaves texts alone in which it does not stand', () => {
		fc.assert(
			fc.property(
				key,
				fc.string({ unit: fc.constantFrom(...'mnopq<>,#'), maxLength: 60 }),
				(secret, other) => {
					expect(redact(other, [secret])).toBe(other);
				},
			),
			runs,
		);
	});
});

it('makes of any answer at most 200 first words on one line', () => {
	const piece = fc.oneof(
		text,
		fc.constantFrom('<', '>', '<script>', '</script>', '<a href="', '\n', ' ', 'x'.repeat(300)),
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
			const first = excerpt(pieces.join(''));
			expect(first.length).toBeLessThanOrEqual(201);
			expect(first).not.toMatch(/[\n\r\t]/);
		}),
		runs,
	);
});

it('names every file so that it stays where it is, in any file system', () => {
	const unit = fc.oneof(
		fc.string({ unit: character, maxLength: 3 }),
		fc.constantFrom(
			'/',
			'\\',
			'..',
			'.',
			' ',
			'\u0000',
			'\u202e',
			'con',
			'nul.',
			'{job}',
			'{model}',
			'{seed}',
			'.png',
			'写',
			'😀',
			'\ud800',
			'~',
			'%2e%2e%2f',
		),
	);
	const any = fc.array(unit, { maxLength: 80 }).map((pieces) => pieces.join(''));
	fc.assert(
		fc.property(
			any,
			any,
			fc.option(any, { nil: undefined }),
			fc.option(fc.nat()),
			fc.integer({ min: 1, max: 4 }),
			(template, model, id, seed, imageCount) => {
				const name = fileName(
					template,
					{ model, job: { id }, seed, imageCount, imageIndex: 0, itemIndex: 0 },
					'png',
				);
				expect(name).toMatch(/^[^./\\\s][^/\\]*\.png$/u);
				expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/u);
				expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
				expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
			},
		),
		runs,
	);
});

it('takes bytes for an image only if they begin as one, whatever is wrong with them', async () => {
	const formats: Format[] = ['png', 'jpeg', 'webp', 'avif'];
	const images = [...(await Promise.all(formats.map(async (format) => await imageOf(format, 24, 16)))), gif];
	const starts: Record<string, RegExp> = {
		'image/png': /^\x89PNG\r\n\x1a\n/,
		'image/jpeg': /^\xff\xd8\xff/,
		'image/webp': /^RIFF[^]{4}WEBP/,
		'image/gif': /^GIF8/,
		'image/avif': /^[^]{4}ftyp/,
	};
	const flip = fc.tuple(fc.nat(80), fc.nat(255));
	const bytes = fc.oneof(
		{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
		{
			weight: 4,
			arbitrary: fc
				.tuple(fc.constantFrom(...images), fc.array(flip, { maxLength: 4 }), fc.nat(900))
				.map(([whole, flips, end]) => {
					const changed = Uint8Array.from(whole);
					for (const [at, byte] of flips) if (at < changed.length) changed[at] = byte;
					return changed.slice(0, end);
				}),
		},
	);
	let found = 0;
	fc.assert(
		fc.property(bytes, (one) => {
			const facts = inspectImage(one);
			if (facts === undefined) return;
			found++;
			expect(starts[facts.mimeType].test(Buffer.from(one).toString('latin1'))).toBe(true);
			for (const side of [facts.width, facts.height]) expect(Number.isInteger(side) && side > 0).toBe(true);
		}),
		runs,
	);
	expect(found).toBeGreaterThan(runs.numRuns / 10);
});

import type { ErrorCode } from '../../../nodes/Flux/errors/fluxError.ts';
import { download, jobs, status, type Cells, type Row } from './row.mts';

/** The image was made, and the error tells where it is. */
const lost = (code: ErrorCode): Cells => jobs(`${code} 1 job url`, `${code} 1 url`);
const twice = { times: 2, requests: 3 };
const brief = { timeout: 5 };

/** The finished image on its way into n8n. */
export const imageRows: Row[] = [
	download('400', status(400), lost('download-failed'), { says: /could not be fetched: HTTP 400/ }),
	download('401', status(401), lost('download-failed'), brief),
	download('403', { kind: 'expired' }, lost('download-failed'), brief),
	download('403 twice', { kind: 'expired' }, 'success 1', twice),
	download('404', status(404), lost('download-failed'), brief),
	download('404 twice', status(404), 'success 1', twice),
	download('410', status(410), lost('download-failed'), brief),
	download('404 until the next try, Retry On Fail', status(404), 'success 1', {
		...{ times: 2, maxTries: 2, timeout: 3 },
	}),
	download('429 twice', status(429, '0'), 'success 1', twice),
	download('429, Retry-After beyond Timeout', status(429, '3600'), lost('download-failed')),
	download('500 twice', status(500), 'success 1', twice),
	download('500 for ever', status(500), lost('download-failed'), {
		...{ ...brief, says: /could not be fetched: HTTP 500/ },
	}),
	download('reset twice', { kind: 'reset' }, 'success 1', twice),
	download('reset for ever', { kind: 'reset' }, lost('download-failed'), brief),
	download('no answer', { kind: 'hang' }, lost('timeout'), brief),
	download('drips for ever', { kind: 'drip' }, lost('timeout'), brief),
	download('breaks off twice', { kind: 'truncate' }, 'success 1', twice),
	download('breaks off for ever', { kind: 'truncate' }, lost('download-failed'), { timeout: 20 }),
	download('shorter than announced, twice', { kind: 'wrongLength' }, 'success 1', twice),
	download('shorter than announced, for ever', { kind: 'wrongLength' }, lost('download-failed'), { timeout: 20 }),
	download('packed', { kind: 'gzip' }, 'success 1', { requests: 1 }),
	download('slow', { kind: 'slow', seconds: 1 }, 'success 1'),
	download('web page', { kind: 'html' }, lost('bad-response'), {
		says: /is a web page, not an image.*Just a moment/,
	}),
	download('no image', { kind: 'notAnImage' }, lost('bad-response'), {
		says: /is text, not an image.*not the image you are looking for/,
	}),
	download('nothing', { kind: 'notAnImage', text: '' }, lost('bad-response'), {
		says: /is an empty file, not an image that can be read\.$/,
	}),
	download('no image once, Retry On Fail', { kind: 'notAnImage' }, 'success 1', { times: 1, maxTries: 2 }),
	download('too large', { kind: 'tooLarge' }, lost('bad-response'), { says: /larger than/ }),
	download('without an end', { kind: 'tooLarge', endless: true }, lost('bad-response'), {
		says: /larger than/,
	}),
	download('redirect to a foreign host', ({ foreign }) => ({ kind: 'redirect', to: foreign }), 'success 1', {
		asksForeign: true,
	}),
	download(
		'redirect into the private network',
		({ inner }) => ({ kind: 'redirect', to: inner }),
		lost('untrusted-host'),
		{ isPublic: true },
	),
	download('redirect in a circle', { kind: 'redirect', to: '?again' }, lost('download-failed'), {
		says: /redirects again and again/,
	}),
	download('redirect to nowhere', { kind: 'redirect', to: '' }, lost('download-failed')),
	download('redirect to file:///', { kind: 'redirect', to: 'file:///etc/hostname' }, lost('untrusted-host'), {
		says: /not fetched \(file:\)/,
	}),
];

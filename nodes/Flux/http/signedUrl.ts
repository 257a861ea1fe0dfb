import { parseUrl } from '../url';

/**
 * Until when a signed URL works, in milliseconds since the epoch, by the parameters of the large storages: Azure's `se`, CloudFront's
 * `Expires`, and `X-Amz-Date` or `X-Goog-Date` with the seconds beside it. Undefined for a URL that does not tell.
 */
export function signedUntil(url: string): number | undefined {
	const found = parseUrl(url)?.searchParams ?? new URLSearchParams();
	const parameters = new Map([...found].map(([name, value]) => [name.toLowerCase(), value]));
	const numberIn = (name: string) => {
		const text = parameters.get(name) ?? '';
		return /^\d+$/.test(text) ? Number(text) : Number.NaN;
	};
	const signed = (by: string) =>
		Date.parse(
			(parameters.get(`x-${by}-date`) ?? '').replace(
				/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
				'$1-$2-$3T$4:$5:$6Z',
			),
		) +
		numberIn(`x-${by}-expires`) * 1000;
	const [end, expires] = [parameters.get('se') ?? '', numberIn('expires')];
	const ends = [
		// Date.parse makes a date of any number.
		/^\d{4}-\d\d-\d\d/.test(end) ? Date.parse(end) : Number.NaN,
		// A smaller number is how long the URL works, of which nobody knows from when on.
		expires > 1e9 ? expires * 1000 : Number.NaN,
		signed('amz'),
		signed('goog'),
	];
	return ends.find((end) => Number.isFinite(end));
}

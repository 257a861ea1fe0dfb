import { parseUrl } from '../url';

/**
 * Until when a signed URL works, in milliseconds since the epoch, by the parameters of the large storages: Azure's `se`, CloudFront's
 * `Expires`, and `X-Amz-Date` or `X-Goog-Date` with the seconds beside it. Undefined for a URL that does not tell.
 */
export function signedUntil(url: string): number | undefined {
	const found = parseUrl(url)?.searchParams ?? new URLSearchParams();
	const parameters = new Map([...found].map(([name, value]) => [name.toLowerCase(), value]));
	const seconds = (name: string) => Number(parameters.get(name) ?? Number.NaN);
	const signed = (by: string) =>
		Date.parse(
			(parameters.get(`x-${by}-date`) ?? '').replace(
				/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
				'$1-$2-$3T$4:$5:$6Z',
			),
		) +
		seconds(`x-${by}-expires`) * 1000;
	const ends = [
		Date.parse(parameters.get('se') ?? ''),
		seconds('expires') * 1000,
		signed('amz'),
		signed('goog'),
	];
	return ends.find((end) => Number.isFinite(end));
}

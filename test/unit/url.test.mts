import { parseJson, parseUrl } from '../../nodes/Flux/url.ts';

it('reads a URL with umlauts however often it is asked', () => {
	const texts = ['https://example.com/a', 'https://bücher.example/größe.png'];
	const refused = Array.from({ length: 100_000 }, (_, index) => texts[index % 2]).filter(
		(text) => parseUrl(text) === undefined,
	);
	expect(refused).toEqual([]);
});

it.each(['', 'x', 'https://', 'http://127.0.0.1:99999/'])('takes %j for none', (text) => {
	expect(parseUrl(text)).toBeUndefined();
});

it('reads JSON behind the byte order mark with which some servers begin it', () => {
	expect(parseJson('\ufeff{"id":"1"}')).toEqual({ id: '1' });
});

/** The URL, or undefined if the text is none. `URL.canParse` of Node 20 refuses umlauts once it is compiled. */
export function parseUrl(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}

/** The value that a JSON text stands for, or undefined if it is none. Some servers begin theirs with a byte order mark. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
	} catch {
		return undefined;
	}
}

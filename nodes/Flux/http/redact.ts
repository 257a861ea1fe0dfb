// A shorter text is no key, and replacing it would garble ordinary words.
const shortestSecret = 6;

/** The text with every occurrence of a secret (plain or URL-encoded) replaced. */
export function redact(text: string, secrets: readonly string[]): string {
	return secrets
		.filter((secret) => secret.length >= shortestSecret)
		.flatMap((secret) => [secret, encodeURIComponent(secret)])
		.sort((one, other) => other.length - one.length)
		.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

// Answers may be huge, and their first words are near the start.
const mostExcerpted = 100_000;

/** The first words of an answer, on one line and without markup, for an error text. */
export function excerpt(text: string): string {
	const words = text
		.slice(0, mostExcerpted)
		.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return words.length > 200 ? `${words.slice(0, 200)}…` : words;
}

const protocols = ['http:', 'https:', 'data:'];

/** Whether an answer can mean an image by it: a URL that can be fetched or read, or one that is relative to the base URL. */
export function isImageLink(text: string): boolean {
	const base = 'https://relative.invalid';
	return text !== '' && URL.canParse(text, base) && protocols.includes(new URL(text, base).protocol);
}

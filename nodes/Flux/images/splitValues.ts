/** How files begin, each byte read as one character (`\cZ` is 26); long enough that nothing else begins so. */
const fileStart =
	/^(?:\x89PNG\r\n\cZ\n|\xff\xd8\xff(?:\xe0..JF|\xe1..(?:Ex|ht)|\xe2..IC|\xee\0\cNAd|\xdb\0|\xfe\0)|RIFF.{4}WEBP|GIF8[79]a|.{4}ftyp)/s;
const base64Run = /[A-Za-z0-9+/_-]*={0,2}/y;
const space = /\s+/y;
const boundary = /\s*(?:[,\r\n]|$)/y;
/** Shorter texts are rather the name of a field than the smallest of images. */
export const shortestBase64 = 60;

/**
 * A list of image values that was written as one text, divided at lines and commas, but only between two values: URLs hold commas,
 * base64 is written in lines. `names` are the fields that may be meant; a name without a comma needs not be among them.
 */
export function splitValues(written: string, names: readonly string[]): string[] {
	// The comma may be that of a data URI whose contents are missing.
	const text = written.replace(/(?<![\s,])(,?)[\s,]*$/, '$1');
	// Of "photo" and "photo, small" the longer one is meant.
	const known = [...names].sort((one, other) => other.length - one.length);
	const values: string[] = [];
	for (let at = skip(text, 0); at < text.length; ) {
		const end = endOfValue(text, at, known);
		values.push(text.slice(at, end).trim());
		at = skip(text, end);
	}
	return values;
}

/** What a sticky expression finds at a place. */
function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0];
}

const separators = /[\s,]+/y;
const skip = (text: string, at: number) => at + (matchAt(separators, text, at)?.length ?? 0);

function endOfValue(text: string, at: number, names: string[]): number {
	const name = nameAt(text, at, names);
	if (name !== undefined) return at + name.length;
	const dataUri = matchAt(/data:[^,\r\n]*,/iy, text, at);
	if (dataUri !== undefined && /;base64,$/i.test(dataUri)) {
		return endOfBase64(text, at + dataUri.length, names);
	}
	if (dataUri !== undefined) return endOfUrl(text, at + dataUri.length, names);
	if (matchAt(/https?:\/\//iy, text, at) !== undefined) return endOfUrl(text, at, names);
	const run = matchAt(base64Run, text, at) ?? '';
	const isLong =
		run.length >= shortestBase64 && matchAt(boundaryOrSpace, text, at + run.length) !== undefined;
	if (isLong || beginsFile(text, at)) return endOfBase64(text, at, names);
	const end = text.slice(at).search(/[,\r\n]/);
	return end < 0 ? text.length : at + end;
}

const boundaryOrSpace = /\s|,|$/y;

const nameAt = (text: string, at: number, names: string[]) =>
	names.find(
		(name) =>
			name !== '' && text.startsWith(name, at) && matchAt(boundary, text, at + name.length) !== undefined,
	);

/** Whether base64 of a file begins at a place. */
function beginsFile(text: string, at: number): boolean {
	const [start] = /^[A-Za-z0-9+/_-]*/.exec(text.slice(at, at + 64).replace(/\s+/g, '')) ?? [''];
	return fileStart.test(Buffer.from(start, 'base64').toString('latin1'));
}

/** Whether a value surely begins behind a comma, and is not the rest of a URL. */
function beginsValue(text: string, at: number, names: string[]): boolean {
	const start = at + (matchAt(space, text, at)?.length ?? 0);
	return (
		matchAt(/https?:\/\/|data:[\w.+-]+\/[^,\r\n]*,/iy, text, start) !== undefined ||
		nameAt(text, start, names) !== undefined ||
		beginsFile(text, start) ||
		// A space behind the comma makes a word a name, but not the rest of a path.
		(start > at && matchAt(/[^,\r\n./?%=&]+(?=[,\r\n]|$)/y, text, start) !== undefined)
	);
}

function endOfUrl(text: string, from: number, names: string[]): number {
	for (let at = from; ; at++) {
		const found = text.slice(at).search(/[,\r\n]|\s(?=https?:\/\/)/i);
		if (found < 0) return text.length;
		at += found;
		if (text[at] !== ',' || beginsValue(text, at + 1, names) || at === text.length - 1) return at;
	}
}

/** Lines belong together until one is padded, or the next one is a value of its own. */
function endOfBase64(text: string, from: number, names: string[]): number {
	const start = from + (matchAt(space, text, from)?.length ?? 0);
	for (let at = beginsFile(text, start) ? start : from; ; ) {
		const run = matchAt(base64Run, text, at) ?? '';
		const end = at + run.length;
		const next = end + (matchAt(space, text, end)?.length ?? 0);
		if (next === end || run.endsWith('=')) return end;
		const line = matchAt(base64Run, text, next) ?? '';
		const isLine = line !== '' && matchAt(boundaryOrSpace, text, next + line.length) !== undefined;
		if (!isLine || nameAt(text, next, names) !== undefined || beginsFile(text, next)) return end;
		at = next;
	}
}

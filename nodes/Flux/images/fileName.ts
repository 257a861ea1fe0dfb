import type { Job } from '../provider';

export interface NameParts {
	model: string | null;
	seed: number | null;
	/** Whether other images of the item have the same seed. */
	isSeedShared?: boolean;
	job: Partial<Job>;
	/** From 0. */
	imageIndex: number;
	imageCount: number;
	itemIndex: number;
}

const defaultTemplate = '{model}-{seed}';

/** A template that would name all images of an item alike gets the image's number. */
function distinct(template: string, { imageCount, seed, isSeedShared }: NameParts): string {
	const tells = seed === null || isSeedShared === true ? /\{index\}/ : /\{(seed|index)\}/;
	return imageCount === 1 || tells.test(template)
		? template
		: `${template.replace(knownExtension, '')}-{index}`;
}

// Control and direction characters, halves of characters, path separators and what Windows and S3 refuse in names.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]+/gu;
const knownExtension = /\.(png|jpe?g|webp|gif|avif)$/i;
const maxCharacters = 120;
/** What stands further behind is cut off in any case. */
const maxLooked = 2_000;
/** File systems take 255, and an ending follows. */
const maxBytes = 240;
/** Names that Windows keeps for devices, whatever ending follows. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i;

/**
 * A file name that is safe in every storage and never empty. `template` may hold `{model}`, `{seed}` (the job where no seed is
 * known), `{job}`, `{index}` (from 1) and `{item}` (from 0); an image extension in it gives way to the one that matches the bytes.
 */
export function fileName(template: string | undefined, parts: NameParts, extension: string): string {
	const job = parts.job.id?.slice(0, 8) ?? 'image';
	const values: Record<string, string> = {
		model: parts.model ?? 'flux',
		seed: parts.seed === null ? job : String(parts.seed),
		job,
		index: String(parts.imageIndex + 1),
		item: String(parts.itemIndex),
	};
	const chosen = distinct(template?.trim() || defaultTemplate, parts);
	const stem = chosen
		.replace(/\{(model|seed|job|index|item)\}/g, (_, word: string) => values[word])
		.replace(knownExtension, '')
		.slice(0, maxLooked)
		.replace(unsafe, '-')
		.replace(/^[.\s-]+|(?<![.\s-])[.\s-]+$/g, '')
		.replace(reserved, '$1-')
		// A model may be called so itself.
		.replace(/-image-image$/, '-image');
	return `${cut(stem).replace(/(?<![.\s])[.\s]+$/, '') || 'flux-image'}.${extension}`;
}

/** As many whole characters as there is room for: what is left of a cut one reads as U+FFFD. */
const cut = (stem: string) =>
	Buffer.from(stem.slice(0, maxCharacters))
		.subarray(0, maxBytes)
		.toString()
		.replace(/(?<!\ufffd)\ufffd+$/, '');

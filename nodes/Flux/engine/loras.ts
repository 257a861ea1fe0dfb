import { invalidInput } from '../errors/fluxError';
import { parameters, type ParameterName } from '../catalogue/parameters';
import type { Values } from './readParameters';

/** Parameters that hold one value, or a list of them where the model takes several LoRAs. */
export const severalParameters: readonly ParameterName[] = ['loraId', 'loraStrength'];

/** A number as expressions write it in a text. */
export const numberText = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** The values of a list, or of a text that holds several, divided by lines and commas. A comma in a URL divides only before another URL or a space. */
function divided(value: unknown): unknown[] {
	if (value === undefined) return [];
	if (Array.isArray(value)) return value.flatMap(divided);
	if (typeof value !== 'string') return [value];
	return value
		.split(/[\r\n]+|,(?=\s|https?:\/\/)/i)
		.flatMap((part) => (/^\s*https?:\/\//i.test(part) ? [part] : part.split(',')))
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

/**
 * The values with one strength for each LoRA: a single one is that of all.
 *
 * @throws `invalid-input` if the number of strengths is neither 1 nor the number of LoRAs
 */
export function withLoras({ loraId, loraStrength, ...values }: Values): Values {
	const ids = divided(loraId);
	const strengths = divided(loraStrength).map((one) =>
		typeof one === 'string' && numberText.test(one) ? Number(one) : one,
	);
	const most = Math.max(1, ids.length);
	if (strengths.length > 1 && strengths.length !== most) {
		const [id, strength] = [parameters.loraId.displayName, parameters.loraStrength.displayName];
		throw invalidInput(
			`'${strength}' holds ${strengths.length} values, but '${id}' holds ${ids.length === 0 ? 'none' : ids.length}`,
			'Give one strength for all LoRAs, or as many as there are LoRAs.',
		);
	}
	const each = strengths.length === 1 ? Array.from({ length: most }, () => strengths[0]) : strengths;
	return {
		...values,
		...(ids.length === 0 ? {} : { loraId: ids.length === 1 ? ids[0] : ids }),
		...(each.length === 0 ? {} : { loraStrength: each.length === 1 ? each[0] : each }),
	};
}

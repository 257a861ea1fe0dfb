/** Fields of the facts that a model of the catalogue still lacks. Each must still be missing, so that the list only shrinks. */
export const missing: Array<[model: string, field: string]> = [];

export const isMissing = (model: string, field: string) =>
	missing.some(([id, name]) => id === model && name === field);

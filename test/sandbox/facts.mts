import { readFileSync } from 'node:fs';

/** What the provider's schema says about one field; `min` and `max` are inclusive. */
export interface Field {
	type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
	required?: boolean;
	nullable?: boolean;
	default?: unknown;
	min?: number;
	max?: number;
	multipleOf?: number;
	enum?: unknown[];
	const?: unknown;
	minLength?: number;
	maxLength?: number;
	pattern?: string;
	format?: 'uri' | 'uuid';
	minItems?: number;
	maxItems?: number;
	items?: Field;
	oneOf?: Field[];
	fields?: Record<string, Field>;
	unknownFields?: 'ignored' | 'refused';
	note?: string;
}

/** One model's request: where it goes and which fields it takes. */
export interface ModelFacts {
	request: string;
	fields: Record<string, Field>;
	unknownFields?: 'ignored' | 'refused';
	/** Replicate only: the form of a prediction's `output`. */
	output?: 'string' | 'array';
	/** OpenAI-compatible only: the service that has this model. */
	service?: string;
}

/** One provider's table, keyed by its own model ids. */
export interface Facts {
	api: string;
	models: Record<string, ModelFacts>;
}

/** Reads one of the tables in `test/contract/facts`. */
export function loadFacts(name: 'bfl' | 'replicate' | 'apiframe' | 'fal' | 'openai-compatible'): Facts {
	return JSON.parse(readFileSync(new URL(`../contract/facts/${name}.json`, import.meta.url), 'utf8'));
}

import { loadFacts, type Field, type ModelFacts } from './facts.mts';
import type { AnswerVariant, ErrorForm } from './openaiAnswers.mts';
import { gateways } from './openaiGateways.mts';
import { presets } from './openaiPresets.mts';

const facts = loadFacts('openai-compatible');

/** OpenAI's own fields, and those that many a server adds. */
export const GENERIC: Record<string, Field> = {
	model: { type: 'string' },
	prompt: { type: 'string', required: true, minLength: 1 },
	n: { type: 'integer', min: 1, max: 10, nullable: true },
	size: { type: 'string', nullable: true, pattern: '^(auto|\\d{2,4}x\\d{2,4})$' },
	response_format: { type: 'string', nullable: true, enum: ['url', 'b64_json'] },
	output_format: { type: 'string', enum: ['png', 'jpeg', 'webp'] },
	output_compression: { type: 'integer', min: 0, max: 100 },
	quality: { type: 'string' },
	style: { type: 'string' },
	background: { type: 'string' },
	moderation: { type: 'string' },
	user: { type: 'string' },
	seed: { type: 'integer' },
	steps: { type: 'integer', min: 1, max: 50 },
	guidance: { type: 'number', min: 0, max: 100 },
};

/** What a model takes for a field, as OpenRouter tells it. */
export type Capability =
	| { type: 'enum'; values: string[] }
	| { type: 'range'; min: number; max: number }
	| { type: 'boolean' };

/** One server of this style. */
export interface Service {
	name: string;
	prefix: string;
	/** `plain`: with or without `Bearer`; `none`: whoever asks. */
	key: 'bearer' | 'plain' | 'none';
	/** Where it makes images, behind the prefix; a pattern, whose group names the model. */
	generations: string;
	/** The fields of the models by that group, and what the body calls the model. */
	byPath?: Record<string, { model: string; fields: Record<string, Field> }>;
	/** What each URL must end with. */
	query?: Record<string, string>;
	/** It reads no body whose length is not told before. */
	needsLength?: true;
	/** Its models and their fields; without a table any model will do, … */
	table?: Record<string, ModelFacts>;
	/** … with these fields and no others, or with OpenAI's. */
	fields?: Record<string, Field>;
	/** Those of some models, where they differ. */
	fieldsBy?: Array<{ models: RegExp; fields: Record<string, Field> }>;
	/** What its models take of the fields; its list of models tells it, and what is not told is refused. */
	capabilities?: Record<string, Record<string, Capability>>;
	/** All images of a request are drawn with its seed, and so are the same. */
	isOneSeed?: true;
	/** Each request without a seed has this one. */
	usualSeed?: number;
	/** It draws one image after the other. */
	isSerial?: true;
	/** Fields that stand for the same, so that no more than one may be there. */
	apart?: Array<[string, string]>;
	/** Those of an edit, where they differ. */
	editFields?: Record<string, Field>;
	/** What it answers to who asks for its models; `true`: as OpenAI does. */
	models?: true | ((query: URLSearchParams) => unknown);
	/** Where, behind the prefix, if not at `/models`. */
	modelsPath?: string;
	/** The names that it knows of the files of an edit's form; without, it has no such edits. */
	files?: string[];
	/** What it makes of the form's `mask`: what is so is repainted. */
	mask?: 'transparent' | 'white' | 'none';
	/** Its edits are JSON, but have a path of their own. */
	jsonEdits?: true;
	/** Images in the JSON of a submit; the first whose `models` fit. */
	jsonImages?: JsonImages[];
	/** Where it judges a key, with a prefix if not behind its own, and what it then says. */
	test?: { prefix?: string; path: string; answer: unknown };
	/** Its store turns away who does not say who he is. */
	namedDownloads?: true;
	/** Another service whose document counts here. */
	document?: 'together';
	/** More fields, as JSON in a tag of the prompt. */
	promptTag?: { name: string; fields: Record<string, Field> };
	errors?: ErrorForm;
	/** Most images at once, and in a minute. */
	limits?: { concurrent: number; perMinute: number };
	answers: AnswerVariant;
}

/** How images stand in JSON: in one field, a list of them, or one in each of several fields. */
interface JsonImages {
	models?: RegExp;
	field: string | string[];
	/** `part`: as an object, `{type: 'image_url', image_url: {url}}`. */
	as: 'dataUri' | 'base64' | 'part';
	isList?: true;
}

const tableOf = (service: string) =>
	Object.fromEntries(Object.entries(facts.models).filter(([, model]) => model.service === service));

/** The servers that the sandbox plays; each has its models and its habits. */
export const services: Service[] = [
	{
		name: 'openai',
		prefix: '/openai/v1',
		key: 'bearer',
		generations: '/images/generations',
		models: true,
		files: ['image', 'image[]'],
		answers: 'standard',
	},
	{
		name: 'selfhosted',
		prefix: '/selfhosted/v1',
		key: 'none',
		generations: '/images/generations',
		models: true,
		files: ['image', 'image[]'],
		answers: 'relativeUrl',
	},
	{
		name: 'crazyrouter',
		prefix: '/crazyrouter/v1',
		key: 'bearer',
		generations: '/images/generations',
		models: true,
		files: ['image', 'image[]'],
		table: tableOf('crazyrouter'),
		answers: 'standard',
	},
	{
		name: 'onerouter',
		prefix: '/onerouter/v1',
		key: 'plain',
		generations: '/images/generations',
		table: tableOf('onerouter'),
		editFields: {
			...{ model: { type: 'string', required: true }, prompt: { type: 'string', required: true } },
			...{ n: { type: 'integer', min: 1 }, size: { type: 'string' }, seed: { type: 'integer' } },
			output_format: { type: 'string', enum: ['url', 'b64_json'] },
		},
		jsonEdits: true,
		jsonImages: [{ field: 'image_urls', as: 'dataUri', isList: true }],
		answers: 'emptyUnused',
	},
	{
		name: 'monica',
		prefix: '/monica/v1',
		key: 'bearer',
		generations: '/image/gen/flux',
		table: tableOf('monica'),
		limits: { concurrent: 8, perMinute: 10 },
		answers: 'standard',
	},
	...presets,
	...gateways,
];

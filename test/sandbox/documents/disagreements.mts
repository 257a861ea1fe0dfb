import type { Api } from './documents.mts';

/** Where a provider's document does not count as it is. */
export interface Disagreement {
	api: Api;
	/** What is spoken of: models, a component of the document, or the answer of `GET /path`. */
	of: string[];
	/** Its fields; those of a block behind a dot. Left out: it itself. */
	fields?: string[];
	/** The keyword of JSON Schema that differs, or `field`: that there is such a field at all. */
	rule: string;
	document: unknown;
	counts: unknown;
	why: string;
}

/** FLUX.2 at Black Forest Labs. */
const flux2 = [
	...['flux-2-pro', 'flux-2-max', 'flux-2-flex', 'flux-2-pro-preview'],
	...['flux-2-klein-4b', 'flux-2-klein-9b', 'flux-2-klein-9b-preview'],
];

/** The one table of where documents and newer or other facts disagree; `disagreements.test.mts` shows that each row is needed. */
export const disagreements: Disagreement[] = [
	{
		api: 'bfl',
		...{ of: flux2, fields: ['width', 'height'], rule: 'multipleOf', document: undefined, counts: 16 },
		why: "the provider's guide of FLUX.2, which its document does not repeat",
	},
	{
		api: 'bfl',
		...{ of: flux2, fields: ['width', 'height'], rule: 'default', document: 0, counts: undefined },
		why: 'it is below the minimum of its own field; left out, the model chooses',
	},
	{
		api: 'bfl',
		...{ of: ['ValidationError'], fields: ['input', 'ctx'], rule: 'field', document: undefined, counts: {} },
		why: 'FastAPI sends them since its second version, whatever a document says',
	},
	...Object.entries({ 'flux-2-dev': 4, 'flux-2-max': 8, 'flux-2-pro': 8 }).map(
		([id, most]): Disagreement => ({
			api: 'replicate',
			...{ of: [`black-forest-labs/${id}`], fields: ['input_images'], rule: 'maxItems' },
			...{ document: undefined, counts: most },
			why: 'the description of the field says how many; its schema does not',
		}),
	),
	{
		api: 'replicate',
		of: ['black-forest-labs/flux-2-klein-4b', 'black-forest-labs/flux-2-klein-9b'],
		...{ fields: ['images'], rule: 'maxItems', document: undefined, counts: 5 },
		why: 'the description of the field says how many; its schema does not',
	},
	{
		api: 'replicate',
		...{
			of: ['schemas_prediction_response'],
			fields: ['version'],
			rule: 'oneOf',
			counts: [{ type: 'string' }],
		},
		document: [{ type: 'string' }, { enum: ['hidden'], type: 'string' }],
		why: '`hidden` is both of its choices, and only one of them may be met',
	},
	{
		api: 'replicate',
		...{ of: ['parameters_prefer_header'], rule: 'pattern' },
		document: '^wait(=([1-9]|[1-9][0-9]|60))?$',
		counts: '^wait(=([1-9]|[1-5][0-9]|60))?$',
		why: 'its text says 1 to 60 seconds; the pattern lets 99 pass',
	},
	{
		api: 'together',
		...{ of: ['GET /models'], rule: 'operation', document: undefined, counts: { responses: { 200: {} } } },
		why: 'the extract has the images alone; the list of models is told in the guide',
	},
];

/** Models without a document that we could get, which are judged by the facts alone, and why. */
export const undocumented: Record<string, string> = {
	'black-forest-labs/flux-2-flex':
		'its schema was not published; the facts have it from the page of the model',
};

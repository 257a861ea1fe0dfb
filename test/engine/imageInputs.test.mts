import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { providers } from '../../nodes/Flux/providers/index.ts';
import type { ImageOperation, Model } from '../../nodes/Flux/provider.ts';
import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/catalogue/parameters.ts';
import { fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { imageOf } from '../support/images.mts';
import { expectImage, fluxError, hurry, model, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import { listen } from '../support/probe.mts';
import { styles, workflowOf } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox(0);
/** The image under test, and the one that goes wherever else the model needs one. */
let bytes: Buffer;
let other: Buffer;
let server: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
	[bytes, other] = [await imageOf('png', 64, 48), await imageOf('jpeg', 64, 48)];
	server = await listen((_, response) => void response.end(bytes));
});
afterAll(() => server.close());
afterEach(() => jest.restoreAllMocks());

/** The four forms of an image value. */
const forms: Record<string, () => string> = {
	'binary field': () => 'data',
	URL: () => `${server.url}/photo.png`,
	'data URI': () => `data:image/png;base64,${bytes.toString('base64')}`,
	base64: () => bytes.toString('base64'),
};

interface Place {
	api: (typeof providers)[number];
	one: Model;
	operation: ImageOperation;
	parameter: ParameterName;
	/** The field of the wire, and the form in which it takes an image. */
	field: string;
	form: string;
}

const imageFields = (one: Model) => fieldsOf(one.body).filter(({ image }) => image !== undefined);

const shownIn = (one: Model, operation: ImageOperation) =>
	modelParameters(one, operation).map(({ parameter }) => parameter);

/** Every place of an image: of each parameter and field of the wire the first model that has it. */
const places = providers.flatMap((api) => {
	const found = new Map<string, Place>();
	// Any model will do only where the server of the credential may be any.
	const any = styles[api.name].model.mode === 'id' ? [api.unlistedModel('any-model', 'edit', 'custom')] : [];
	for (const one of [...api.models, ...any]) {
		for (const operation of any.includes(one) ? (['edit'] as const) : one.operations) {
			const shown = shownIn(one, operation);
			for (const { name, parameter, image } of imageFields(one)) {
				const key = [operation, parameter, name.replace(/_\d+$/, ''), image, one.service].join();
				if (shown.includes(parameter) && !found.has(key))
					found.set(key, { api, one, operation, parameter, field: name, form: String(image) });
			}
		}
	}
	return [...found.values()];
});

function workflow({ api, one, operation }: Place, images: INodeParameters) {
	const needed = modelParameters(one, operation).filter(({ required }) => required);
	const fields = Object.fromEntries(
		needed.map(({ parameter, type }) => {
			if (type === 'integer') return [parameter, 512];
			const isImage = imageFields(one).some((field) => field.parameter === parameter);
			const isList = parameterOf(parameter).list === true;
			return [parameter, isImage ? (isList ? ['other'] : 'other') : 'some text'];
		}),
	);
	const listed = api.models.includes(one);
	// Expand needs a side.
	const sides = shownIn(one, operation).includes('top') ? { top: 64 } : {};
	const parameters = {
		...{ ...fields, ...sides, operation },
		...{ model: model(one.id, listed ? 'list' : 'id'), ...images },
	};
	const items = [
		{
			json: {},
			binary: {
				data: { data: bytes.toString('base64'), mimeType: 'image/png' },
				other: { data: other.toString('base64'), mimeType: 'image/jpeg' },
			},
		},
	];
	return one.service === undefined
		? workflowOf(styles[api.name], at.sandbox, parameters, { items })
		: atServer(at.sandbox, one.service, parameters, { items });
}

/** What stands in the field of an image, in whichever block it is; the first of a list. */
function sentIn(field: string): unknown {
	const body = requestsFor(at.sandbox, 'submit')[0].body as object;
	const blocks = Object.values(body).filter((value) => typeof value === 'object' && value !== null);
	return [(Object.assign({}, ...blocks, body) as Record<string, unknown>)[field]].flat()[0];
}

/** Of which kind that is: a file of a form, the user's own URL, a `data:` URI, the link to an upload, or base64. */
function kindOf(sent: unknown): string {
	if (typeof sent !== 'string') return 'file';
	if (sent.startsWith(server.url)) return 'URL';
	if (sent.startsWith('data:image/png;base64,')) return 'data URI';
	return sent.startsWith(at.sandbox.url) ? 'upload' : 'base64';
}

/** Of which kind it has to be; some take small files in the request itself. */
function kindFor({ api, form }: Place, isUrl: boolean): string {
	if (form === 'file' || form === 'base64') return form;
	if (isUrl) return 'URL';
	if (form === 'dataUriOrUrl') return 'data URI';
	return form === 'link' ? (api.uploads!.inlineBytes > 0 ? 'data URI' : 'upload') : 'base64';
}

const valueFor = ({ parameter }: Place, value: string, count = 1) =>
	parameterOf(parameter).list === true ? Array<string>(count).fill(value) : value;

it('looks at every parameter that takes an image', () => {
	const names: ParameterName[] = [
		...(['referenceImages', 'image', 'mask', 'person', 'garment'] as const),
		...(['controlImage', 'imagePrompt'] as const),
	];
	expect([...new Set(places.map(({ parameter }) => parameter))].sort()).toEqual([...names].sort());
	expect([...new Set(places.map(({ api }) => api.name))]).toEqual(providers.map(({ name }) => name));
	expect(places.length).toBeGreaterThanOrEqual(25);
});

const named = places.map(
	(place) => [place.api.name, place.parameter, place.operation, place.one.id, place] as const,
);

describe.each(named)('At %s, %s of %s (%s)', (_api, parameter, _operation, _id, place) => {
	it.each(Object.keys(forms))('arrives unchanged as %s', async (form) => {
		const value = forms[form]();
		const done = await runWorkflow(workflow(place, { [parameter]: valueFor(place, value) })).result;

		if (place.form === 'url' && form !== 'URL') {
			expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
			expect(at.sandbox.requests).toEqual([]);
			return;
		}
		expect(done.error).toBeUndefined();
		await expectImage(done);
		const [{ drawings, body, ignoredFields }] = at.sandbox.jobs;
		expect(ignoredFields).toEqual([]);
		expect(kindOf(sentIn(place.field))).toBe(kindFor(place, form === 'URL'));
		const { source, mask, references = [] } = drawings[0].edit ?? {};
		const arrived =
			parameter === 'mask' ? mask?.equals(bytes) : [source, ...references].some((one) => one?.equals(bytes));
		// A server that is told of a URL only has not fetched it.
		expect(arrived || (place.form === 'url' && JSON.stringify(body).includes(value))).toBe(true);
	});

	it('that is too large is refused before anything is billed', async () => {
		if (place.form === 'url') return;
		jest.replaceProperty(place.api, 'maxInputBytes', bytes.length - 1);
		const done = await runWorkflow(workflow(place, { [parameter]: valueFor(place, 'data') })).result;
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toMatch(/has 0\.0 MB, but images of at most 0\.0 MB are taken/);
		expect(at.sandbox.billed()).toBe(0);
	});
});

it('a URL of more bytes than the API takes is not read to its end', async () => {
	const chunk = Buffer.concat([bytes, Buffer.alloc(1024 * 1024)]);
	let sent = 0;
	const endless = await listen((_, response) => {
		const write = () => {
			while (!response.destroyed && sent < 200) if ((sent++, !response.write(chunk))) return;
			response.end();
		};
		response.on('drain', write);
		write();
	});
	const image = `${endless.url}/a.png`;
	const parameters = { operation: 'fill', model: model('flux-pro-1.0-fill'), prompt: 'x', image };
	const done = await runWorkflow(workflowOf(styles.blackForestLabs, at.sandbox, parameters)).result;
	endless.close();

	expect(done.error?.message).toMatch(/has more than 20\.0 MB, but images of at most 20\.0 MB are taken/);
	expect(sent).toBeLessThan(60);
	expect(at.sandbox.billed()).toBe(0);
});

/** How many images a model takes, where that is limited. */
const maxOf = (one: Model) => {
	const fields = fieldsOf(one.body).filter(({ parameter }) => parameter === 'referenceImages');
	const positions = fields.filter(({ position }) => position !== undefined).length;
	const offered = modelParameters(one, 'edit').find(({ parameter }) => parameter === 'referenceImages');
	return positions || offered?.maxItems;
};
const limited = providers.flatMap((api) =>
	api.models
		.filter(({ operations }) => operations.includes('edit'))
		.map((one) => [api.name, one.id, maxOf(one), { api, one }] as const)
		.filter(([, , most]) => most !== undefined),
);

it.each(limited)(
	'refuses at %s more images than %s takes (%d), and submits nothing',
	async (_, __, most, of) => {
		const place: Place = { ...of, operation: 'edit', parameter: 'referenceImages', field: '', form: '' };
		const images = { referenceImages: valueFor(place, 'data', most! + 1) };
		const done = await runWorkflow(workflow(place, images)).result;
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toContain(`holds ${most! + 1} images`);
		expect(done.error?.message).toContain(`takes at most ${most}`);
		expect(at.sandbox.requests).toEqual([]);
	},
);

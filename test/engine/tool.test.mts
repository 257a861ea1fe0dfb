import { jest } from '@jest/globals';
import type {
	IDataObject,
	INodeParameters,
	INodePropertyOptions,
	NodeParameterValueType,
} from 'n8n-workflow';

import { apis } from '../contract/apis.mts';
import { displayedFor } from '../contract/displayed.mts';
import { flux, hurry, prompts, requestsFor, useSandbox } from '../support/flux.mts';
import { connect, runWorkflow, type Options, type Run } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import { AgentNode, asTool, EngineAgentNode, LoopNode, RetryNode } from '../support/steps.mts';
import { eachStyle, model, runStyle, styles, workflowOf } from '../support/styles.mts';
import { imageOf } from '../support/images.mts';
import type { Fault, FaultRule } from '../sandbox/faults.mts';

hurry(0.25);
const at = useSandbox();
afterEach(() => jest.restoreAllMocks());

/** An agent with our node as its tool. */
const agent = (calls: string[], more: Partial<Options> = {}): Options =>
	withAgent(
		flux(at.sandbox, { prompt: "={{ $fromAI('prompt') }}" }, more),
		calls.map((prompt) => ({ prompt })),
	);
const withAgent = ({ node, parameters, ...options }: Options, calls: IDataObject[]): Options => {
	const arguments_ = JSON.stringify(calls);
	return {
		...options,
		node: asTool(node),
		parameters,
		others: [{ name: 'Agent', node: new AgentNode(), parameters: { calls: arguments_ } }],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Node: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
};
const answersOf = async (options: Options) => {
	const done = await runWorkflow(options).result;
	return done.output('Agent').map(({ json }) => String(json.answer));
};
const run = async (...args: Parameters<typeof agent>) => await answersOf(agent(...args));

it('an agent that asks for an image is told of it', async () => {
	const [answer] = await run(['A red fox']);

	expect(JSON.parse(answer)).toEqual([expect.objectContaining({ status: 'completed', prompt: 'A red fox' })]);
	expect(at.sandbox.billed()).toBe(1);
});

/** The answers to an agent whose execution goes on from an earlier one, or is a retry of it. */
const runAfter = async (prompts: string[], earlier: Run, mode: 'retry' | 'trigger') => {
	const { others, ...options } = agent(prompts);
	return await answersOf({
		...options,
		mode,
		others: [...others!, { name: 'Retry', node: new RetryNode(earlier.data) }],
		connections: { ...options.connections, Start: connect('Retry'), Retry: connect('Agent') },
	});
};

it.each(['retry', 'trigger'] as const)(
	'an agent that asks again in the retry of a failed execution gets the image that it had there, and after a Wait node a new one (%s)',
	async (mode) => {
		const earlier = await runWorkflow(agent(['A hare', 'A red fox'])).result;
		const [answer] = await runAfter(['A red fox'], earlier, mode);

		const [, had, made] = at.sandbox.jobs;
		expect(JSON.parse(answer)).toEqual([
			expect.objectContaining({ jobId: mode === 'retry' ? had.id : made.id }),
		]);
		expect(at.sandbox.billed()).toBe(mode === 'retry' ? 2 : 3);
	},
);

it('an agent that asks again, after a person was waited for, gets the image of the job that failed before', async () => {
	at.sandbox.fault({ on: 'download', after: 1, times: 1, do: { kind: 'notAnImage' } });
	const earlier = await runWorkflow(agent(['A hare', 'A red fox'])).result;
	const [answer] = await runAfter(['A red fox'], earlier, 'trigger');

	expect(JSON.parse(answer)).toEqual([expect.objectContaining({ jobId: at.sandbox.jobs[1].id })]);
	expect(at.sandbox.billed()).toBe(2);
});

it('an agent that asks again in the retry of a failed execution in another order gets each image that it had there', async () => {
	const earlier = await runWorkflow(agent(['A hare', 'A red fox'])).result;
	const answers = await runAfter(['A red fox', 'A hare', 'A hare'], earlier, 'retry');

	const [hare, fox, another] = at.sandbox.jobs;
	expect(answers.map((answer) => (JSON.parse(answer) as object[])[0])).toEqual(
		[fox, hare, another].map(({ id }) => expect.objectContaining({ jobId: id }) as object),
	);
	expect(at.sandbox.billed()).toBe(3);
});

it('an agent whose tool names a file is told where files come from, since n8n hands a tool none', async () => {
	const edit = { operation: 'edit', prompt: "={{ $fromAI('prompt') }}" };
	for (const referenceImages of [['data'], ['={{ $binary.data }}']]) {
		const options = withAgent(flux(at.sandbox, { ...edit, referenceImages }), [{ prompt: 'Make it snow' }]);
		const [answer] = await answersOf(options);

		expect(answer).toContain("n8n hands none to an agent's tool");
	}
	expect(at.sandbox.billed()).toBe(0);
});

it('an agent is told only what a model can use', async () => {
	const [answer] = await run(['A red fox']);

	const [told] = JSON.parse(answer) as IDataObject[];
	expect(Object.keys(told).sort()).toEqual([
		...['api', 'cost', 'expiresAt', 'fileName', 'height', 'jobId', 'mimeType'],
		...['model', 'prompt', 'seed', 'status', 'url', 'width'],
	]);
	expect(Object.values(told)).not.toContain(null);
});

it('an agent is told what a wrong value may be, without a second try, and gets its image with a right one', async () => {
	const { parameters, ...options } = agent([], { retryOnFail: { maxTries: 3, waitBetweenTries: 1 } });
	const wide = { ...parameters, width: "={{ $fromAI('width', '', 'number') }}" };
	const calls = [
		{ prompt: 'A red fox', width: 1000 },
		{ prompt: 'A red fox', width: 512 },
	];
	const others = [{ name: 'Agent', node: new AgentNode(), parameters: { calls: JSON.stringify(calls) } }];
	const [wrong, right] = await answersOf({ ...options, parameters: wide, others });

	const [{ error }] = JSON.parse(wrong) as Array<{ error: IDataObject }>;
	expect(error).toEqual({
		...{ code: 'invalid-input', api: 'blackForestLabs', model: 'flux-2-pro' },
		message: expect.stringContaining('use 992 or 1008') as string,
		description: expect.stringContaining('Nothing was billed') as string,
	});
	expect(JSON.parse(right)).toEqual([expect.objectContaining({ width: 512 })]);
	expect(at.sandbox.billed()).toBe(1);
});

it.each([1, 3])(
	'an agent is told of what fails in all %d tries, and tries as often again',
	async (maxTries) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 402 } });
		const more = maxTries === 1 ? {} : { retryOnFail: { maxTries, waitBetweenTries: 1 } };
		const answers = await run(['A red fox', 'A red fox'], more);

		for (const answer of answers)
			expect(JSON.parse(answer)).toEqual([
				{ error: expect.objectContaining({ code: 'insufficient-credits' }) as object },
			]);
		expect(requestsFor(at.sandbox, 'submit')).toHaveLength(2 * maxTries);
	},
);

it('an agent gets the image of the first try though an expression beside it gives another value in each', async () => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const { parameters, ...options } = agent(['A red fox'], {
		retryOnFail: { maxTries: 2, waitBetweenTries: 1 },
	});
	const random = { ...parameters, options: { seed: '={{ Math.floor(Math.random() * 1e6) }}' } };
	const [answer] = await answersOf({ ...options, parameters: random });

	expect(JSON.parse(answer)).toEqual([expect.objectContaining({ seed: at.sandbox.jobs[0].body.seed })]);
	expect(at.sandbox.billed()).toBe(1);
});

it.each<[string, Fault, number]>([
	['was refused', { kind: 'status', status: 402 }, 1],
	['ended without an image', { kind: 'state', status: 'Error' }, 2],
	['was lost', { kind: 'acceptThenReset' }, 2],
])(
	'of calls at once, the next one gets the job that was accepted, not the one that %s',
	async (_, fault, billed) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: fault });
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const { others, ...options } = agent(['A red fox', 'A red fox', 'A red fox']);
		const [{ parameters, ...step }] = others!;
		const answers = await answersOf({
			...options,
			others: [{ ...step, parameters: { ...parameters, atOnce: 2 } }],
		});

		expect(JSON.parse(answers[2])).toEqual([expect.objectContaining({ status: 'completed' })]);
		expect(at.sandbox.billed()).toBe(billed);
	},
);

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'an agent that asks again after an error item (%s) gets the image of the earlier job',
	async (onError) => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const answers = await run(['A red fox', 'A red fox'], { onError });

		expect(answers).toHaveLength(2);
		expect(at.sandbox.billed()).toBe(1);
	},
);

it('an agent is told of an error item only what is known', async () => {
	const wrong = flux(at.sandbox, { width: 1000 }, { onError: 'continueRegularOutput' });
	const [answer] = await answersOf(withAgent(wrong, [{ prompt: 'A red fox' }]));

	expect(answer).toContain('invalid-input');
	expect(answer).not.toContain('null');
});

it.each([
	['the prompt', { prompt: "={{ 'A red fox ' + Math.random() }}" }],
	[
		'a field',
		{ options: { additionalBody: '={{ JSON.stringify({ seed: Math.floor(Math.random() * 1e6) }) }}' } },
	],
])(
	'a tool that is tried again is billed once, though an expression gives another value of %s',
	async (_, more) => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const retry = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };
		const { parameters, ...options } = agent([], retry);
		const others = [{ name: 'Agent', node: new EngineAgentNode([{ prompt: 'A red fox' }]) }];
		const [answer] = await answersOf({ ...options, parameters: { ...parameters, ...more }, others });

		expect(answer).toContain('completed');
		expect(at.sandbox.billed()).toBe(1);
	},
);

it('of calls at once that are tried again, each is told of the job of its own prompt', async () => {
	at.sandbox.fault({ on: 'download', times: 2, do: { kind: 'notAnImage' } });
	const wanted = ['A red fox', 'A blue whale'];
	const { others, ...options } = agent(wanted, { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } });
	const [{ parameters, ...step }] = others!;
	const answers = await answersOf({
		...options,
		others: [{ ...step, parameters: { ...parameters, atOnce: 2 } }],
	});

	const idOf = (prompt: string) => at.sandbox.jobs.find(({ body }) => body.prompt === prompt)!.id;
	expect(answers[0]).toContain(idOf('A red fox'));
	expect(answers[1]).toContain(idOf('A blue whale'));
	expect(at.sandbox.billed()).toBe(2);
});

it.each([
	['prompt', { prompt: "={{ $('Loop').first(1).json.prompt }}" }, ['A red fox', 'A blue whale']],
	['seed', { prompt: 'A fox', options: { seed: "={{ $('Loop').first(1).json.prompt.length }}" } }, [9, 12]],
] as const)(
	'a tool whose %s comes from another node makes another image for another one',
	async (name, more, made) => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const { parameters, connections, others, ...options } = agent([''], {
			items: prompts('A red fox', 'A blue whale'),
		});
		const answers = await answersOf({
			...options,
			parameters: { ...parameters, ...more },
			others: [...others!, { name: 'Loop', node: new LoopNode() }],
			connections: {
				...{ ...connections, Start: connect('Loop') },
				...{ Loop: connect([], 'Agent'), Agent: connect('Loop') },
			},
		});

		expect(answers).toHaveLength(2);
		expect(at.sandbox.jobs.map(({ body }) => body[name])).toEqual(made);
	},
);

it.each([
	['an agent', {}],
	['an agent that is a tool itself, and was asked in other words,', { task: 'Draw it again' }],
])('%s that lets the engine run its tools gets the image of the job that failed, too', async (_, more) => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const calls = [{ prompt: 'A red fox' }, { prompt: 'A red fox', ...more }];
	const answers = await answersOf({
		...agent([]),
		others: [{ name: 'Agent', node: new EngineAgentNode(calls) }],
	});

	expect(answers).toHaveLength(2);
	expect(answers[1]).toContain('completed');
	expect(at.sandbox.billed()).toBe(1);
});

it.each(["{{ $fromAI('seed') }}", '{{ $json.seed }}', '{{ $input.item.json.seed }}'])(
	'a tool whose seed is told by %s makes another image for another seed',
	async (seed) => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const { parameters, ...options } = agent([]);
		const calls = [1, 2].map((one) => ({ prompt: 'A red fox', seed: one }));
		await answersOf({
			...options,
			parameters: { ...parameters, options: { seed: `=${seed}` } },
			others: [{ name: 'Agent', node: new EngineAgentNode(calls) }],
		});

		expect(at.sandbox.jobs.map(({ body }) => body.seed)).toEqual([1, 2]);
	},
);

it('an agent that asks for the same image twice gets two', async () => {
	await run(['A red fox', 'A red fox']);

	expect(at.sandbox.billed()).toBe(2);
});

it('an agent is told what happened, what to do, and the job, when an image fails', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'notAnImage' } });
	const [answer] = await run(['A red fox']);

	expect(answer).toContain(`Job ${at.sandbox.jobs[0].id} was accepted`);
	expect(answer).not.toContain(at.sandbox.key);
});

it.each([
	['with Retry On Fail', ['A red fox'], { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } }],
	['when the agent asks again', ['A red fox', 'A red fox'], {}],
])('an image that failed after it was billed is resumed %s, and not billed again', async (_, calls, more) => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const answers = await run(calls, more);

	expect(JSON.parse(answers.at(-1)!)).toEqual([
		expect.objectContaining({ status: 'completed', jobId: at.sandbox.jobs[0].id }),
	]);
	expect(at.sandbox.billed()).toBe(1);
});

it.each(eachStyle)(
	'an agent that asks for another image after a failure gets that one, at %s',
	async (_, style) => {
		await runStyle(style, at.sandbox, style.small, { items: [{ json: {} }, { json: {} }] });
		const [one, other] = await Promise.all(
			at.sandbox.jobs.map(async ({ drawn }) => (await drawn.get(0))!.toString('base64')),
		);
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const edit = {
			...{ operation: 'edit', prompt: 'Make it blue' },
			referenceImages: ["={{ $fromAI('image') }}"],
		};
		const calls = [{ image: one }, { image: other }];
		const answers = await answersOf(withAgent(workflowOf(style, at.sandbox, edit), calls));

		expect(at.sandbox.billed()).toBe(4);
		const [{ status, url }] = JSON.parse(answers[1]) as IDataObject[];
		expect(status).toBe('completed');
		expect(url).toContain(at.sandbox.jobs[3].id);
	},
);

it.each(eachStyle)(
	'a submit whose answer comes after its timeout is found by Retry On Fail and billed once, at %s',
	async (_, style) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'slow', seconds: 1.2 } });
		const more = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };
		const parameters = { ...style.small, prompt: "={{ $fromAI('prompt') }}", settings: { timeout: 4 } };
		const calls = [{ prompt: 'A red fox' }];
		const [answer] = await answersOf(withAgent(workflowOf(style, at.sandbox, parameters, more), calls));

		expect(JSON.parse(answer)).toEqual([expect.objectContaining({ status: 'completed' })]);
		expect(at.sandbox.billed()).toBe(1);
	},
);

it.each(eachStyle.filter(([, { isIdempotent }]) => isIdempotent))(
	'a submit whose answer is lost is known to %s by its key, also in the next run of the tool',
	async (_, style) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'hang', accepted: true } });
		const parameters = { ...style.small, prompt: "={{ $fromAI('prompt') }}", settings: { timeout: 2 } };
		const calls = [{ prompt: 'A red fox' }, { prompt: 'A red fox' }];
		const [first, second] = await answersOf(withAgent(workflowOf(style, at.sandbox, parameters), calls));

		expect(first).toContain('may bill it');
		expect(JSON.parse(second)).toEqual([expect.objectContaining({ status: 'completed' })]);
		expect(at.sandbox.billed()).toBe(1);
	},
);

it.each([
	['the job', { on: 'download', do: { kind: 'notAnImage' } }, 'Job JOB was accepted'],
	['a lost submit', { on: 'submit', times: 1, do: { kind: 'hang', accepted: true } }, 'may bill it'],
] as Array<[string, FaultRule, string]>)(
	'a last try that fails before its submit tells of %s of an earlier one',
	async (_, rule, words) => {
		at.sandbox.fault(rule);
		at.sandbox.fault({ on: 'upload', after: 1, do: { kind: 'status', status: 401 } });
		const edit = {
			...{ operation: 'edit', prompt: 'Make it blue', settings: { timeout: 4 } },
			referenceImages: ["={{ $fromAI('image') }}"],
		};
		const options = workflowOf(styles.apiframe, at.sandbox, edit, {
			retryOnFail: { maxTries: 2, waitBetweenTries: 1 },
		});
		const image = (await imageOf('png', 64, 64)).toString('base64');
		const [answer] = await answersOf(withAgent(options, [{ image }]));

		const [{ error }] = JSON.parse(answer) as Array<{ error: IDataObject }>;
		expect(error.code).toBe('authentication');
		expect(error.description).toContain(words.replace('JOB', at.sandbox.jobs[0].id));
		expect(at.sandbox.billed()).toBe(1);
	},
);

const chosenBefore = ['authentication', 'resource', 'operation'];

/** The drop-downs of the models, each with a model that has it: its name, whether it stands in the options, and a value of it. */
const dropDowns = apis.flatMap(({ provider: { name: api, models } }) => {
	const found = models
		.filter(({ operations }) => operations.includes('generate'))
		.flatMap(({ id }) => {
			const { fields, options } = displayedFor(api, 'generate', id);
			return [...fields, ...options]
				.filter(({ type, name }) => type === 'options' && !chosenBefore.includes(name))
				.map((property) => {
					const value = (property.options as INodePropertyOptions[]).at(-1)!.value;
					return [api, id, property.name, value, options.includes(property)] as const;
				});
		});
	// The first of its kind: later ones may need a LoRA or a finetune besides.
	return [...new Map(found.reverse().map((row) => [row[2], row])).values()];
});

it.each(dropDowns)(
	'at %s, an agent chooses for %s in %s, a drop-down: %s',
	async (api, id, name, value, isOption) => {
		const style = styles[api as keyof typeof styles];
		const order = (chosen: NodeParameterValueType): Options => {
			const parameters = {
				...{ authentication: api, resource: 'image', operation: 'generate', prompt: 'A red fox' },
				...{ model: model(id), loraId: '0f8fad5b-d9cb-469f-a165-70867728950e' },
				...(isOption ? { options: { [name]: chosen } } : { [name]: chosen }),
			} as INodeParameters;
			const isElsewhere = id === 'flux-pro-v1.1-ultra-text-to-image';
			return isElsewhere
				? atServer(at.sandbox, 'onerouter', parameters)
				: workflowOf(style, at.sandbox, parameters);
		};
		await runWorkflow(order(value)).result;
		const [answer] = await answersOf(withAgent(order("={{ $fromAI('chosen') }}"), [{ chosen: value }]));

		expect(JSON.parse(answer)).toEqual([expect.objectContaining({ status: 'completed' })]);
		const [byHand, byAgent] = requestsFor(at.sandbox, 'submit').map(({ body }) => body);
		expect(byAgent).toEqual(byHand);
	},
);

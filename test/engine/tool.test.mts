import { flux, useSandbox } from './flux.mts';
import { runWorkflow, type Options } from './harness.mts';
import { AgentNode, asTool } from './steps.mts';

const at = useSandbox();

/** An agent with our node as its tool. */
const agent = (calls: string[], more: Partial<Options> = {}): Options => {
	const { node, parameters, ...options } = flux(at.sandbox, { prompt: "={{ $fromAI('prompt') }}" }, more);
	const arguments_ = JSON.stringify(calls.map((prompt) => ({ prompt })));
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
const run = async (...args: Parameters<typeof agent>) => {
	const done = await runWorkflow(agent(...args)).result;
	return done.output('Agent').map(({ json }) => String(json.answer));
};

it('an agent that asks for a picture is told of it', async () => {
	const [answer] = await run(['A red fox']);

	expect(JSON.parse(answer)).toEqual([expect.objectContaining({ status: 'completed', prompt: 'A red fox' })]);
	expect(at.sandbox.purchases()).toBe(1);
});

it('an agent that asks for the same picture twice gets two', async () => {
	await run(['A red fox', 'A red fox']);

	expect(at.sandbox.purchases()).toBe(2);
});

it('an agent is told what happened, what to do, and the job, when a picture fails', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'notAnImage' } });
	const [answer] = await run(['A red fox']);

	expect(answer).toContain(`Job ${at.sandbox.jobs[0].id} was accepted`);
	expect(answer).not.toContain(at.sandbox.key);
});

it.each([
	['with Retry On Fail', ['A red fox'], { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } }],
	['when the agent asks again', ['A red fox', 'A red fox'], {}],
])('a picture that failed after its purchase is resumed %s, and not bought again', async (_, calls, more) => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const answers = await run(calls, more);

	expect(JSON.parse(answers.at(-1)!)).toEqual([
		expect.objectContaining({ status: 'completed', jobId: at.sandbox.jobs[0].id }),
	]);
	expect(at.sandbox.purchases()).toBe(1);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';

/** A node of a workflow, as n8n writes it. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	[more: string]: unknown;
}

/** A workflow, as n8n exports and imports it. */
export interface Workflow {
	id?: string;
	versionId?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	isArchived?: boolean;
}

/** A workflow that n8n has in its database. */
export type SavedWorkflow = Workflow & { id: string; versionId: string };

/** A file that an item carries. */
export interface Binary {
	id: string;
	mimeType: string;
	fileName?: string;
	fileExtension?: string;
}

/** One item of a node's output. */
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, Binary>;
	pairedItem?: { item: number } | Array<{ item: number }> | number;
}

/** A run of a workflow, with its data decoded. */
export interface Execution {
	id: string;
	status: 'new' | 'running' | 'success' | 'error' | 'canceled' | 'waiting' | 'crashed';
	data: {
		resultData: {
			runData: Record<string, Array<{ data?: { main?: Array<Item[] | null> }; error?: ExecutionError }>>;
			error?: ExecutionError;
			lastNodeExecuted?: string;
		};
	};
}

/** Why a node or a whole execution failed. */
export interface ExecutionError {
	message: string;
	description?: string;
	[more: string]: unknown;
}

/** A credential to save or to test. */
export interface CredentialInput {
	id?: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

const LOOK_EVERY_MS = 50;
const REGISTERED_WITHIN_MS = 10_000;
const STARTED_WITHIN_MS = 20_000;
const RUNNING = ['new', 'running', 'waiting'];

/** The part of n8n's own REST interface (the one its editor uses) that the tests and the demo need. */
export class Rest {
	private cookie = '';

	constructor(readonly url: string) {}

	/** The session cookie by its name and value, to hand to a browser. */
	get session() {
		const [name, value] = this.cookie.split('=');
		return { name, value };
	}

	/** Makes the owner of a new n8n, or logs in as the owner of one that has it already. */
	async setUpOrLogIn({ email, password }: { email: string; password: string }) {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'settings',
		);
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.call('POST', 'owner/setup', { email, password, firstName: 'Flux', lastName: 'Owner' });
		} else {
			await this.call('POST', 'login', { emailOrLdapLoginId: email, password });
		}
	}

	/** Saves a credential and gives its id. */
	async saveCredential({ id, ...credential }: CredentialInput): Promise<string> {
		const path = id ? `credentials/${id}` : 'credentials';
		return (await this.call<{ id: string }>(id ? 'PATCH' : 'POST', path, credential)).id;
	}

	/** The credentials that are saved, without their secrets. */
	async credentials() {
		return await this.call<Array<{ id: string; name: string; type: string }>>('GET', 'credentials');
	}

	/** Deletes all credentials. */
	async deleteCredentials() {
		for (const { id } of await this.credentials()) await this.call('DELETE', `credentials/${id}`);
	}

	/** Runs the test of a credential, saved or not. */
	async testCredential({ id = '', ...credential }: CredentialInput) {
		const body = { credentials: { id, ...credential } };
		return await this.call<{ status: 'OK' | 'Error'; message: string }>('POST', 'credentials/test', body);
	}

	/** Saves a workflow and gives it back with its id. */
	async saveWorkflow({ name, nodes, connections, settings }: Workflow) {
		const executionOrder = { executionOrder: 'v1', ...settings };
		return await this.call<SavedWorkflow>('POST', 'workflows', {
			...{ name, nodes, connections, settings: executionOrder, active: false },
		});
	}

	/** Saves the nodes of a workflow that is saved already. */
	async updateWorkflow({ id, versionId, nodes, connections }: SavedWorkflow) {
		await this.call('PATCH', `workflows/${id}`, { versionId, nodes, connections });
	}

	/** A saved workflow, or undefined when there is none with this id. */
	async workflow(id: string) {
		return await this.call<SavedWorkflow>('GET', `workflows/${id}`).catch(() => undefined);
	}

	/**
	 * Starts a saved workflow as the editor's button does and gives the id of the execution.
	 *
	 * @param trigger the trigger to start from, the first node unless another is named, and what it hands on
	 */
	async run(
		workflow: Workflow & { id: string },
		trigger: { name: string; json?: unknown } = workflow.nodes[0],
	): Promise<string> {
		const { name, json } = trigger;
		const triggerToStartFrom = { name, ...(json !== undefined && { data: taskData(json) }) };
		const body = { workflowData: workflow, triggerToStartFrom };
		return (await this.call<{ executionId: string }>('POST', `workflows/${workflow.id}/run`, body))
			.executionId;
	}

	/** Retries a failed execution from the list, with the workflow as it is saved now, and gives the new one once it has ended. */
	async retry(
		{ id, workflowId }: { id: string; workflowId: string },
		executions: number,
	): Promise<Execution> {
		await this.call('POST', `executions/${id}/retry`, { loadWorkflow: true });
		return await this.newestOf({ id: workflowId }, executions);
	}

	/** An execution, with its data decoded; without data while n8n has not stored any. */
	async execution(id: string): Promise<Execution> {
		const execution = await this.call<Omit<Execution, 'data'> & { data: string }>('GET', `executions/${id}`);
		return { ...execution, data: execution.data ? parse(execution.data) : { resultData: { runData: {} } } };
	}

	/** Waits until an execution has ended, well or not. */
	async finished(id: string, withinMs = 60_000, signal?: AbortSignal): Promise<Execution> {
		const deadline = Date.now() + withinMs;
		for (;;) {
			const execution = await this.execution(id);
			if (!RUNNING.includes(execution.status)) return execution;
			if (Date.now() > deadline)
				throw new Error(`Execution ${id} is still ${execution.status} after ${withinMs} ms.`);
			await sleep(LOOK_EVERY_MS, undefined, { signal });
		}
	}

	/** Saves a workflow, runs it and waits for its end. */
	async saveAndRun(workflow: Workflow): Promise<Execution> {
		return await this.finished(await this.run(await this.saveWorkflow(workflow)));
	}

	/** Waits until an execution, which has not ended, is put aside by a Wait node. */
	async putAside(id: string): Promise<void> {
		while ((await this.execution(id)).status !== 'waiting') {
			if (!RUNNING.includes((await this.execution(id)).status))
				throw new Error(`Execution ${id} has ended without waiting.`);
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** The newest of so many executions of a workflow, which others start, once it has ended. */
	async newestOf({ id }: { id: string }, executions = 1): Promise<Execution> {
		const filter = new URLSearchParams({ filter: JSON.stringify({ workflowId: id }) });
		const deadline = Date.now() + STARTED_WITHIN_MS;
		for (;;) {
			const { results } = await this.call<{ results: Array<{ id: string }> }>('GET', `executions?${filter}`);
			if (results.length >= executions) return await this.finished(results[0].id);
			if (Date.now() > deadline) throw new Error(`The workflow ran ${results.length} times.`);
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** Makes a data table of text columns with these rows; gives what reads its rows. */
	async saveDataTable(name: string, columns: string[], rows: Array<Record<string, string>>) {
		const project = await this.call<{ id: string }>('GET', 'projects/personal');
		const tables = `projects/${project.id}/data-tables`;
		const body = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
		const { id } = await this.call<{ id: string }>('POST', tables, body);
		await this.call('POST', `${tables}/${id}/insert`, { data: rows });
		return async () =>
			(await this.call<{ data: Array<Record<string, unknown>> }>('GET', `${tables}/${id}/rows`)).data;
	}

	/** Sends in the form of an active workflow: its fields in their order. */
	async form(path: string, fields: Array<string | File>) {
		const form = new FormData();
		for (const [index, value] of fields.entries()) form.set(`field-${index}`, value);
		await whenRegistered(() => this.send('POST', `form/${path}`, form));
	}

	/** Stops an execution, as the editor's button does. */
	async stop(executionId: string) {
		await this.call('POST', `executions/${executionId}/stop`);
	}

	/** The bytes of a file of an item. */
	async download({ id, mimeType }: Binary): Promise<Buffer> {
		const query = new URLSearchParams({ id, action: 'view', mimeType });
		const response = await this.send('GET', `rest/binary-data?${query}`);
		return Buffer.from(await response.arrayBuffer());
	}

	/** Activates a saved workflow, so that its webhooks and schedules run. */
	async activate({ id, versionId }: { id: string; versionId: string }) {
		await this.call('POST', `workflows/${id}/activate`, { versionId, name: '', description: '' });
	}

	/** Calls a production webhook of an active workflow and gives the answer as it came. */
	async webhook(path: string, body: unknown = {}): Promise<Response> {
		return await whenRegistered(() => this.send('POST', `webhook/${path}`, body));
	}

	private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.send(method, `rest/${path}`, body);
		return ((await response.json()) as { data: T }).data;
	}

	private async send(method: string, path: string, body?: unknown) {
		const headers = {
			cookie: this.cookie,
			...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
		};
		const ask = async () =>
			await fetch(`${this.url}/${path}`, {
				method,
				headers,
				body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
			});
		// A busy n8n may close a connection in the moment in which it is used again.
		const response = await (method === 'GET' ? ask().catch(ask) : ask());
		const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
		if (cookie) this.cookie = cookie.split(';')[0];
		if (response.ok) return response;
		const text = await response.text();
		throw new RestError(
			`n8n answered ${response.status} to ${method} /${path}: ${text.slice(0, 500)}`,
			response.status,
		);
	}
}

/** An answer of n8n that is no success. */
export class RestError extends Error {
	constructor(
		message: string,
		readonly status: number,
	) {
		super(message);
	}
}

/** Calls an address of an active workflow; n8n registers it a moment after it has answered the activation. */
export async function whenRegistered<T>(call: () => Promise<T>): Promise<T> {
	const deadline = Date.now() + REGISTERED_WITHIN_MS;
	for (;;) {
		try {
			return await call();
		} catch (error) {
			if (!(error instanceof RestError) || error.status !== 404 || Date.now() > deadline) throw error;
			await sleep(LOOK_EVERY_MS);
		}
	}
}

/** What a trigger is said to have handed on, as the editor sends it. */
const taskData = (json: unknown) => ({
	...{ startTime: 0, executionTime: 0, executionIndex: 0, executionStatus: 'success', source: [null] },
	data: { main: [[{ json }]] },
});

/** The items a node gave in its last run, over all its outputs or of one of them. */
export function itemsOf(execution: Execution, node: string, output?: number): Item[] {
	const outputs = execution.data.resultData.runData[node]?.at(-1)?.data?.main ?? [];
	return (output === undefined ? outputs : [outputs[output]]).flatMap((items) => items ?? []);
}

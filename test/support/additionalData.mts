import type { ICredentialsHelper, IWorkflowExecuteAdditionalData, IWorkflowSettings } from 'n8n-workflow';

import { instanceOf, n8nCore } from './core.mts';

/** What n8n's server hands to an execution, with absolute URLs. Sub-workflows and task runners are not there. */
export function makeAdditionalData(
	credentialsHelper: ICredentialsHelper,
	executionId: string,
	workflowId: string,
	workflowSettings: IWorkflowSettings,
	timeoutSeconds?: number,
): IWorkflowExecuteAdditionalData {
	const base = 'http://n8n.test';
	const missing = (name: string) => async () => {
		throw new Error(`The harness has no ${name}`);
	};
	const hooks = new n8nCore.ExecutionLifecycleHooks('trigger', executionId, {
		id: workflowId,
		name: 'Test',
		active: false,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: [],
		connections: {},
		activeVersionId: null,
	});
	return {
		currentNodeExecutionIndex: 0,
		credentialsHelper,
		executeWorkflow: missing('sub-workflows'),
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		startRunnerTask: missing('task runner'),
		executionId,
		workflowId,
		workflowSettings,
		restApiUrl: `${base}/rest`,
		instanceBaseUrl: `${base}/`,
		formBaseUrl: `${base}/form`,
		formWaitingBaseUrl: `${base}/form-waiting`,
		formTestBaseUrl: `${base}/form-test`,
		webhookBaseUrl: `${base}/webhook`,
		webhookWaitingBaseUrl: `${base}/webhook-waiting`,
		webhookTestBaseUrl: `${base}/webhook-test`,
		mcpBaseUrl: `${base}/mcp`,
		mcpTestBaseUrl: `${base}/mcp-test`,
		variables: {},
		logAiEvent: () => {},
		externalSecretsProxy: instanceOf(n8nCore.ExternalSecretsProxy),
		executionTimeoutTimestamp: timeoutSeconds === undefined ? undefined : Date.now() + timeoutSeconds * 1000,
		hooks,
	};
}

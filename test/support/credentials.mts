import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialsHelper,
	ICredentialType,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { n8nCore, n8nWorkflow } from './core.mts';

/** The values a user typed into credentials, by type. */
export type CredentialValues = Record<string, ICredentialDataDecryptedObject>;

/**
 * n8n's CredentialsHelper over values in memory instead of the database. What it does with them follows the server's
 * `credentials-helper.js`: defaults are filled in, hidden fields dropped, expressions resolved.
 */
export class MemoryCredentials extends n8nWorkflow.ICredentialsHelper implements ICredentialsHelper {
	constructor(
		private readonly types: Record<string, ICredentialType>,
		private readonly values: CredentialValues,
	) {
		super();
	}

	private typeOf(name: string): ICredentialType {
		const type = this.types[name];
		if (!type) throw new Error(`The test gave no credential type "${name}"`);
		return type;
	}

	getParentTypes(name: string): string[] {
		const parents = this.types[name]?.extends ?? [];
		return [...parents, ...parents.flatMap((parent) => this.getParentTypes(parent))];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(name: string) {
		return this.typeOf(name).properties;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(typeName);
		if (typeof authenticate === 'function') return await authenticate(credentials, requestOptions);
		if (authenticate === undefined) return requestOptions;
		const resolve = (value: unknown): string => {
			if (!n8nWorkflow.isExpression(value)) return value as string;
			const keys = { $credentials: credentials };
			return String(
				workflow!.expression.getSimpleParameterValue(node!, value, 'internal', keys, undefined, '') || '',
			);
		};
		const parts = requestOptions as unknown as Record<string, Record<string, unknown>>;
		for (const [part, entries] of Object.entries(authenticate.properties)) {
			parts[part] ??= {};
			for (const [key, value] of Object.entries(entries as object))
				parts[part][resolve(key)] = resolve(value);
		}
		return requestOptions;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication, properties } = this.typeOf(typeName);
		const expirable = properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true,
		);
		if (!expirable || !preAuthentication) return undefined;
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;
		const output = (await preAuthentication.call(helpers, credentials)) as ICredentialDataDecryptedObject;
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const output = await this.typeOf(typeName).preAuthentication?.call(helpers, credentials);
		return output as ICredentialDataDecryptedObject | undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Credentials of a test are not stored');
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		_credentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		where?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = { ...this.values[type] };
		if (raw === true || where === undefined) return stored;
		const filled = n8nWorkflow.NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(type),
			stored as INodeParameters,
			true,
			false,
			null,
			null,
		) as INodeParameters;
		// n8n keeps the two domain limits, which belong to every credential.
		for (const name of ['allowedHttpRequestDomains', 'allowedDomains']) {
			if (stored[name] !== undefined) filled[name] = stored[name] as string;
		}
		const keys = n8nCore.getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		return where.workflow.expression.getParameterValue(
			filled,
			where.runExecutionData,
			where.runIndex,
			where.itemIndex,
			where.node.name,
			where.connectionInputData,
			mode,
			keys,
			executeData,
			false,
			filled,
		) as ICredentialDataDecryptedObject;
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}
}

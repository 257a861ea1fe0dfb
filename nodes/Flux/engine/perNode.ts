import type { IExecuteSingleFunctions } from 'n8n-workflow';

type Context = Pick<IExecuteSingleFunctions, 'getContext' | 'getMode' | 'getNode'>;

/** Something that is kept for a node in an execution, made when it is first asked for. It outlives a try of the node, and ends with n8n. */
export function perNode<T>(make: (context: Context) => T): (context: Context) => T {
	const all = new WeakMap<object, T>();
	return (context) => {
		const node = context.getContext('node');
		const known = all.get(node) ?? make(context);
		all.set(node, known);
		return known;
	};
}

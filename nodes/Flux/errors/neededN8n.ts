/** n8n's own first: another package may have left an older one beside this one, and the build has all files look there. */
function canFind(name: string): boolean {
	try {
		const paths = [...(require.main?.paths ?? []), require.resolve('n8n-workflow')];
		return require.resolve(name, { paths }) !== '';
	} catch {
		return false;
	}
}

// Otherwise an n8n that is too old would say no more than that it cannot find a module.
if (!canFind('zod/v4'))
	throw new Error(
		'n8n-nodes-flux needs n8n 1.100 or newer: this version of n8n has no "zod/v4". Update n8n.',
	);

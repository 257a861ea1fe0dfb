/** n8n's own first: another package may have left an older one beside this one. The build has all files look in the same places. */
const canFind = (name: string): boolean =>
	[require.main?.paths ?? [], [require.resolve('n8n-workflow')], undefined].some((paths) => {
		try {
			return require.resolve(name, paths && { paths }) !== '';
		} catch {
			return false;
		}
	});

// Otherwise an n8n that is too old would say no more than that it cannot find a module.
if (!canFind('zod/v4'))
	throw new Error(
		'n8n-nodes-flux needs n8n 1.100 or newer: this version of n8n has no "zod/v4". Update n8n.',
	);

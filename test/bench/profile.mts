import { Session } from 'node:inspector/promises';

/** Where a function lies, as far as a table wants to know it. */
function placeOf({ functionName, url }: { functionName: string; url: string }): string {
	if (functionName === '(idle)') return 'idle';
	if (functionName === '(garbage collector)') return 'garbage collector';
	if (/nodes\/Flux|credentials\/Flux/.test(url)) return 'this node';
	if (/\/zod\//.test(url)) return 'zod';
	if (/n8n-core/.test(url)) return 'n8n-core';
	if (/n8n-workflow|luxon|expression|tournament/.test(url)) return "n8n's expressions (with luxon)";
	if (/axios|follow-redirects|agent-base|proxy-agent/.test(url)) return "n8n's HTTP client";
	if (url === '' || url.startsWith('node:')) return 'Node.js (network, files, timers)';
	if (/n8n|winston|logform/.test(url)) return 'the rest of n8n, its log';
	return 'other';
}

/** The milliseconds of a profile by place, the most first, without those in which nothing was done. */
export async function profiled(work: () => Promise<unknown>): Promise<Array<[string, number]>> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: 500 });
	await session.post('Profiler.start');
	await work();
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
	const sums = new Map<string, number>();
	for (const [index, id] of (profile.samples ?? []).entries()) {
		const place = places.get(id)!;
		sums.set(place, (sums.get(place) ?? 0) + profile.timeDeltas![index] / 1000);
	}
	sums.delete('idle');
	return [...sums].sort(([, one], [, other]) => other - one);
}

import type { Charge, Job } from './dialects.mts';
import type { Broken } from './laws.mts';
import { numberIn } from './pixel.mts';
import type { Seen, Told, ToldFlow } from './run.mts';
import { styles } from '../../support/styles.mts';

/** What is against the laws of what is charged and of what comes out. */
export const moneyBrokenIn = (seen: Seen, told: ToldFlow): Broken[] => [
	...chargesOf(seen, told),
	...imagesOf(seen, told),
	...namesOf(seen, told),
	...answersOf(told),
];

const askedOf = (flow: ToldFlow['flow'], wish: number) => (flow.isAgent ? 1 : flow.wishes[wish].images);
export const placeOf = ({ index }: ToldFlow, wish: number | undefined) =>
	`workflow ${index}${wish === undefined ? '' : `, item ${wish}`}`;

const chargesFor = ({ world }: Seen, { index, flow }: ToldFlow, wish: number): Charge[] =>
	world.charges.filter(
		(charge) => charge.flow === index && (flow.isAgent || charge.prompt.endsWith(` ${index}.${wish}`)),
	);

/** The provider cut the connection before it had answered, and will not know the submit again. */
const isLost = ({ scene, world: { visits } }: Seen, job: Job) => {
	if (styles[scene.api].isIdempotent === true) return false;
	const submits = visits.filter((visit) => visit.phase === 'submit' && visit.job === job);
	return submits.every(({ status }) => status === undefined) && submits.some(({ isCut }) => isCut);
};

function chargesOf(seen: Seen, told: ToldFlow): Broken[] {
	const { flow } = told;
	// An agent's wishes cannot be told apart before they are made.
	const wishes = flow.isAgent ? [0] : flow.wishes.keys();
	return [...wishes].flatMap((wish): Broken[] => {
		const asked = flow.isAgent ? flow.wishes.length : askedOf(flow, wish);
		const charges = chargesFor(seen, told, wish).filter(({ job }) => !isLost(seen, job));
		if (charges.length <= asked) return [];
		const jobs = [...new Set(charges.map(({ job }) => job.id))].join(', ');
		const where = placeOf(told, flow.isAgent ? undefined : wish);
		return [
			{
				law: 'charges no more than was asked for',
				what: `${where}: ${charges.length} images charged and known to be, ${asked} asked for (${jobs})`,
			},
		];
	});
}

/** The image that an item delivers, by its pixel, or for an agent by its link. */
export function chargeOf({ world }: Seen, { json, bytes }: Told): Charge | undefined {
	const number =
		bytes === undefined ? Number(/(\d+)\.png$/.exec(String(json?.url))?.[1] ?? Number.NaN) : numberIn(bytes);
	return world.charges[number - 1];
}

function imagesOf(seen: Seen, told: ToldFlow): Broken[] {
	const met = new Set<Charge>();
	return told.told.flatMap((one): Broken[] => {
		const { json, wish } = one;
		if (json === undefined) return [];
		const charge = chargeOf(seen, one);
		const where = placeOf(told, wish);
		const isInline = !styles[seen.scene.api].hasJobs && !seen.scene.hasLinks;
		if (charge === undefined) {
			// Of an image in an answer an agent is told nothing by which it could be known.
			if (told.flow.isAgent && isInline) return [];
			return [{ law: 'delivers the right image', what: `${where}: no image of the provider` }];
		}
		const broken: Broken[] = [];
		const wrong = (what: string) =>
			broken.push({ law: 'delivers the right image', what: `${where}: image ${charge.number} ${what}` });
		if (met.has(charge))
			broken.push({ law: 'delivers each image once', what: `${where}: image ${charge.number} again` });
		met.add(charge);
		const prompt = `A red fox, number ${told.index}.${told.flow.isAgent ? '' : wish}`;
		const file = told.flow.isEdit ? told.flow.wishes[wish!].file : undefined;
		if (charge.prompt !== prompt) wrong(`was made for "${charge.prompt}" and not for "${prompt}"`);
		if (charge.file !== file) wrong(`was made of file ${charge.file} and not of file ${file}`);
		if (told.flow.hasSeed && !told.flow.isAgent) {
			const seed = 100 * told.index + Number(json.imageIndex);
			if (charge.seed !== seed) wrong(`was made with seed ${charge.seed} and not with ${seed}`);
		}
		const hasJob = styles[seen.scene.api].hasJobs;
		if (hasJob && json.jobId !== charge.job.id) wrong(`is of ${charge.job.id} and not of ${json.jobId}`);
		return broken;
	});
}

const saysUnknown = /may have (been|arrived)|may (be )?(charge|bill)/i;
/** What is answered so shortly before the end of a try may still be under way then. */
const underWayMs = 250;

function namesOf(seen: Seen, told: ToldFlow): Broken[] {
	const words = told.told.map((one) => one.words ?? '').join(' ');
	const delivered = new Set(told.told.map((one) => one.json && chargeOf(seen, one)));
	const isInline = !styles[seen.scene.api].hasJobs && !seen.scene.hasLinks;
	return seen.world.charges
		.filter(({ flow }) => flow === told.index)
		.filter((charge) => !delivered.has(charge))
		.flatMap((charge): Broken[] => {
			const { number, job } = charge;
			if (words.includes(job.id) || words.includes(`/image/${number}.png`)) return [];
			const submits = seen.world.visits.filter((visit) => visit.job === job && visit.phase === 'submit');
			// The try that submitted it did not hear of it any more.
			const isUnheard = submits.every(({ status, at, answeredAt = Infinity }) => {
				const mine = told.tries.find(({ endedAt }) => endedAt >= at);
				return status === undefined || mine === undefined || answeredAt > mine.endedAt - underWayMs;
			});
			// The error of an earlier try said so, and the next one was to submit another.
			const wasReplaced = isLost(seen, job) && told.tries.length > 1;
			if ((isUnheard && saysUnknown.test(words)) || wasReplaced) return [];
			// There is nothing by which it could be named.
			if (isInline && words !== '') return [];
			if (isInline && told.flow.isAgent) return [];
			return [
				{
					law: 'delivers each charged image or names it in an error',
					what: `${placeOf(told, undefined)}: image ${number} (${charge.prompt}) of ${job.id} ${
						isUnheard ? 'was charged unheard, which no error says' : 'is lost'
					}`,
				},
			];
		});
}

function answersOf(told: ToldFlow): Broken[] {
	const { flow } = told;
	if (told.told.some(({ wish }) => wish === undefined)) return [];
	return flow.wishes.flatMap((_, wish): Broken[] => {
		const mine = told.told.filter((one) => one.wish === wish);
		const isFailed = mine.some(({ words }) => words !== undefined);
		const images = mine.filter(({ json }) => json !== undefined).length;
		if (isFailed || images === askedOf(flow, wish)) return [];
		return [
			{
				law: 'answers every item',
				what: `${placeOf(told, wish)}: ${images} of ${askedOf(flow, wish)} images, and no error`,
			},
		];
	});
}

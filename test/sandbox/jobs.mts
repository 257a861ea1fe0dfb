import type { Drawing } from './images.mts';

/** Provider's APIs, named as in the facts. */
export type Api = 'bfl' | 'replicate' | 'apiframe' | 'fal' | 'openAi';

/** An end that a test wants for a job, in the provider's own words. */
export interface ForcedState {
	status: string;
	details?: unknown;
	httpStatus?: number;
}

/** One accepted submit: what the user pays for. Times are milliseconds since the epoch. */
export class Job {
	polls = 0;
	downloads = 0;
	cancelledAt?: number;
	forced?: ForcedState;
	/** Where the result says that the images are, if not here. */
	resultUrl?: string;
	/** Known fields apart, what was sent and means nothing to the model. */
	ignoredFields: string[] = [];
	/** When the image URLs stop working. */
	expiresAt: number;
	readonly drawn = new Map<number, Promise<Buffer>>();

	constructor(
		readonly id: string,
		readonly api: Api,
		/** Who answers in this API's style, e.g. `crazyrouter`. */
		readonly service: string,
		readonly model: string,
		readonly body: Record<string, unknown>,
		readonly drawings: Drawing[],
		readonly cost: number,
		public submittedAt: number,
		/** When the images are ready; a test may set it to now. */
		public dueAt: number,
		lifetimeSeconds: number,
	) {
		this.expiresAt = dueAt + lifetimeSeconds * 1000;
	}

	/** `running`, `ready`, `cancelled`, or the word that a test forced on it. */
	get state(): string {
		if (this.cancelledAt !== undefined) return 'cancelled';
		if (Date.now() < this.dueAt) return 'running';
		return this.forced?.status ?? 'ready';
	}

	get running(): boolean {
		return this.state === 'running';
	}

	/** How much is done, 0 to 1, by the clock. */
	get progress(): number {
		const whole = Math.max(1, this.dueAt - this.submittedAt);
		return Math.min(1, Math.round(((Date.now() - this.submittedAt) / whole) * 100) / 100);
	}
}

/** What has to be undone at the end: every step runs, the last one added first, also when one of them fails. */
export class Undo {
	private readonly steps: Array<() => Promise<unknown>> = [];

	/** Adds a step. */
	add(step: () => Promise<unknown>) {
		this.steps.push(step);
	}

	/** Runs the steps once; throws what the first failed one threw. */
	async run(): Promise<void> {
		const errors: unknown[] = [];
		for (const step of this.steps.splice(0).reverse())
			await step().catch((error: unknown) => errors.push(error));
		if (errors.length) throw errors[0];
	}
}

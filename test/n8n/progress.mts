/** Says what a phase is doing right now ("812 of 2116 packages"). */
export type Report = (detail: string) => void;

/** Where progress goes: a terminal gets one line that lives, anything else gets plain lines. */
export interface Output {
	isTTY?: boolean;
	columns?: number;
	write(text: string): unknown;
}

const QUIET: Output = { write: () => true };
const FIRST_PLAIN_LINE_MS = 5000;
const PLAIN_LINE_EVERY_MS = 15_000;
const LIVE_LINE_EVERY_MS = 250;
const seconds = (since: number) => `${Math.round((Date.now() - since) / 1000)} s`;

/** Shows phases of work: what runs, for how long and how far; then one line with what came of it. */
export class Progress {
	constructor(private readonly output: Output = process.stdout) {}

	/** A progress that shows nothing, for tests. */
	static quiet() {
		return new Progress(QUIET);
	}

	/** Shows a line that stays. */
	say(line: string) {
		this.output.write(`${line}\n`);
	}

	/** Runs `work` as a phase. `done` makes the closing line out of the result; without it the title stays. */
	async phase<T>(
		title: string,
		work: (report: Report) => Promise<T>,
		done?: (result: T) => string,
	): Promise<T> {
		const started = Date.now();
		let detail = '';
		const draw = () => {
			const line = `… ${[title, detail, seconds(started)].filter(Boolean).join(', ')}`;
			if (this.output.isTTY) this.output.write(`\r\x1b[2K${line.slice(0, (this.output.columns || 80) - 1)}`);
			else this.output.write(`${line}\n`);
		};
		const first = setTimeout(draw, this.output.isTTY ? 0 : FIRST_PLAIN_LINE_MS);
		const timer = setInterval(draw, this.output.isTTY ? LIVE_LINE_EVERY_MS : PLAIN_LINE_EVERY_MS);
		try {
			const result = await work((text) => (detail = text));
			this.clear();
			this.output.write(`✔ ${done?.(result) ?? title} (${seconds(started)})\n`);
			return result;
		} catch (error) {
			this.clear();
			throw error;
		} finally {
			clearTimeout(first);
			clearInterval(timer);
		}
	}

	private clear() {
		if (this.output.isTTY) this.output.write('\r\x1b[2K');
	}
}

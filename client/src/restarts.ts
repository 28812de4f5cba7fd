/** When a server that has died is started again: at once, then later and later, and at last not at all. */

/** Milliseconds before each start, for as many deaths as happened of late. */
const DELAYS: readonly number[] = [0, 1_000, 4_000, 15_000];
/** Deaths longer ago than this many milliseconds are forgotten. */
const MEMORY = 3 * 60_000;

export interface Restart {
	/** Milliseconds until then. */
	readonly delay: number;
	/** Whether the user has not been told lately that the server died. */
	readonly isFirst: boolean;
}

export class Restarts {
	#deaths: number[] = [];
	#hurry: (() => void) | undefined;

	/** Notes a death. @param now milliseconds on a clock that does not jump @returns undefined when it is enough */
	next(now: number): Restart | undefined {
		this.#deaths = [...this.#deaths.filter((then) => now - then < MEMORY), now];
		const delay = DELAYS[this.#deaths.length - 1];
		return delay === undefined ? undefined : { delay, isFirst: this.#deaths.length === 1 };
	}

	/** Waits, unless somebody cannot ({@link hurry}). */
	async wait(milliseconds: number): Promise<void> {
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, milliseconds);
			this.#hurry = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#hurry = undefined;
	}

	/** Ends a wait, and says whether there was one; what happened before is forgiven. */
	hurry(): boolean {
		this.#deaths = [];
		this.#hurry?.();
		return this.#hurry !== undefined;
	}
}

import { setTimeout } from "node:timers/promises";

/** Tells when it is quiet: nobody edits, and nobody waits for an answer. */
export class Quiet {
	/** When that was not so last, by the clock of the process. */
	#lastBusy = -Infinity;
	#waiting = 0;

	/** Somebody has opened or edited a document, or something else has changed. */
	disturb(): void {
		this.#lastBusy = performance.now();
	}

	/** Finds an answer; until it is there it is not quiet. */
	async answering<T>(find: () => Promise<T>): Promise<T> {
		this.#waiting++;
		try {
			return await find();
		} finally {
			this.#waiting--;
			this.disturb();
		}
	}

	/**
	 * Waits until it was quiet for so many milliseconds. Counted from edits alone, that would be over when the answer to one has taken longer,
	 * just when the next one is typed.
	 * @throws the reason of the signal when it fires
	 */
	async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
		for (;;) {
			const rest = this.#waiting > 0 ? milliseconds : this.#lastBusy + milliseconds - performance.now();
			if (rest <= 0) return;
			await setTimeout(rest, undefined, { signal });
		}
	}
}

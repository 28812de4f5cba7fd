import { setTimeout } from "node:timers/promises";

/** Tells when it is quiet: nobody edits, and nobody waits for an answer. */
export class Quiet {
	/** Since when it would be quiet if nobody had waited before, by the clock of the process. */
	#since = -Infinity;
	#waiting = 0;
	/** When the first of those asked who wait now. */
	#asked = 0;

	/** Somebody has opened or edited a document, or something else has changed. */
	disturb(): void {
		this.#since = performance.now();
	}

	/** Finds an answer. The time that it takes is not quiet; what is answered at once, however often, disturbs nobody. */
	async answering<T>(find: () => Promise<T>): Promise<T> {
		if (this.#waiting++ === 0) this.#asked = performance.now();
		try {
			return await find();
		} finally {
			if (--this.#waiting === 0) this.#since += performance.now() - Math.max(this.#asked, this.#since);
		}
	}

	/**
	 * Waits until it was quiet for so many milliseconds. Counted from edits alone, that would be over when the answer to one has taken longer,
	 * just when the next one is typed.
	 * @throws the reason of the signal when it fires
	 */
	async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
		for (;;) {
			const rest = this.#waiting > 0 ? milliseconds : this.#since + milliseconds - performance.now();
			if (rest <= 0) return;
			await setTimeout(rest, undefined, { signal });
		}
	}
}

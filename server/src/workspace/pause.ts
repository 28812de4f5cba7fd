/** Long work in slices: whoever also has to answer others lets them in between. */

/** Called between two pieces of work; comes back when it may go on. Rejects when the work is no longer wanted. */
export type Pause = () => Promise<void>;

/** Milliseconds of work after which others are let in. */
const SLICE = 12;

/**
 * Makes the pause of a program that serves others meanwhile.
 * @param signal ends the work: the next pause rejects with its reason
 */
export function makePause(signal: AbortSignal): Pause {
	let since = performance.now();
	return async () => {
		signal.throwIfAborted();
		if (performance.now() - since < SLICE) return;
		await new Promise((resolve) => setImmediate(resolve));
		since = performance.now();
		signal.throwIfAborted();
	};
}

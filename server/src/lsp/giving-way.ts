/** Work that gives way to edits. */

import { runInBackground } from "./handler.ts";
import type { Server } from "./server.ts";

/** When to do what nobody waits for. */
export interface GivingWay {
	/** Milliseconds of {@link Quiet} before it is done. */
	readonly quiet: number;
	/** Ends with the reason of the signal when the next edit comes: it is tried again after that one. */
	readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Milliseconds: longer than somebody who types takes from key to key. What takes its time and begins sooner is waited for with the next key. */
export const BETWEEN_KEYS = 500;

/**
 * Does something after each edit, and whenever answers may differ because of something else, once it is quiet, and never while somebody waits
 * for what an edit has changed.
 */
export function giveWay({ connection, documents, stopped, trees }: Server, { quiet, run }: GivingWay): void {
	let running = new AbortController();
	const restart = (): void => {
		running.abort();
		trees.quiet.disturb();
		running = new AbortController();
		const signal = AbortSignal.any([running.signal, stopped]);
		runInBackground(connection, signal, async () => {
			await trees.quiet.wait(quiet, signal);
			await run(signal);
		});
	};
	documents.onDidChangeContent(restart);
	trees.onChange(({ what }) => {
		if (what === "answers") restart();
	});
}

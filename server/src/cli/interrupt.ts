/** What an interrupted program leaves behind: nothing. */

import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Node tells here of each program that is started. */
const STARTED = "child_process";

/**
 * Ends this program at a signal, with the programs that it started and the status that a shell gives. A file that is being written is
 * written to its end first: signals are heard between two pieces of work.
 * @param cleanUp called before the end
 */
export function endAtSignals(cleanUp: () => void): void {
	const children = new Set<ChildProcess>();
	subscribe(STARTED, (message) => {
		const { process: child } = message as { readonly process: ChildProcess };
		children.add(child);
		child.once("close", () => children.delete(child));
	});
	for (const signal of SIGNALS)
		process.on(signal, () => {
			for (const child of children) child.kill();
			cleanUp();
			process.exit(128 + constants.signals[signal]);
		});
}

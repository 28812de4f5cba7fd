import type { Reading } from "../workspace/open-tree.ts";
import type { Io } from "./command.ts";
import { endAtSignals } from "./interrupt.ts";
import { showProgress, terminalFor } from "./progress.ts";

/**
 * Does work that takes a while: what is told of it stands on the terminal until it is over, and a signal ends it.
 */
export async function doLongWork<T>(io: Io, work: (tell: Reading["progress"]) => Promise<T>): Promise<T> {
	const progress = showProgress(terminalFor(io.env, process.stderr));
	let isHeard = false;
	const tell: Reading["progress"] = (...told) => {
		/* before there is nothing to clean up, and a signal need not wait for a pause */
		if (!isHeard) endAtSignals(progress.clear);
		isHeard = true;
		progress.tell(...told);
	};
	try {
		return await work(tell);
	} finally {
		progress.clear();
	}
}

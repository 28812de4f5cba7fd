import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { giveWay } from "./giving-way.ts";
import type { Server } from "./server.ts";

type Collect = (options: { readonly execution: "async" }) => Promise<void>;

let collect: Collect | undefined;

/**
 * Gives back the memory of what is gone. V8 does so by itself only while much is allocated: after a tree was read, nearly half of what it holds
 * is garbage, and stays resident as long as nobody edits; after many edits, nearly half of its pages is holes. Takes some tenths of a second,
 * in which nobody is answered.
 */
export async function freeMemory(): Promise<void> {
	collect ??= exposeCollector();
	/* what the first finds to be held by nothing but caches and finalizers goes with the second */
	await collect({ execution: "async" });
	setFlagsFromString("--compact-on-every-full-gc");
	try {
		await collect({ execution: "async" });
	} finally {
		setFlagsFromString("--no-compact-on-every-full-gc");
	}
}

/** Milliseconds of quiet: somebody reads, and does not type. */
const READING = 5000;
/** Memory is given back when it takes so much more than when that was done last. */
const WORTH_FREEING = 1.25;

/** After edits too. */
export function freeMemoryAfterEdits(server: Server): void {
	let least = 0;
	const run = async (): Promise<void> => {
		if (getHeapStatistics().total_physical_size < WORTH_FREEING * least) return;
		await freeMemory();
		least = getHeapStatistics().total_physical_size;
	};
	giveWay(server, { quiet: READING, run });
}

/** The collector is a global of contexts that are made once the flag is set. */
function exposeCollector(): Collect {
	setFlagsFromString("--expose-gc");
	return runInNewContext("gc") as Collect;
}

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly execution: "async" }) => Promise<void>;

let collect: Collect | undefined;

/**
 * Gives back the memory of what is gone. V8 does so by itself only while much is allocated: after a tree was read, nearly half of what it holds
 * is garbage, and stays resident as long as nobody edits. Takes about a tenth of a second, in which nobody is answered.
 */
export async function freeMemory(): Promise<void> {
	collect ??= exposeCollector();
	/* what the first finds to be held by nothing but caches and finalizers goes with the second */
	for (let pass = 0; pass < 2; pass++) await collect({ execution: "async" });
}

/** The collector is a global of contexts that are made once the flag is set. */
function exposeCollector(): Collect {
	setFlagsFromString("--expose-gc");
	return runInNewContext("gc") as Collect;
}

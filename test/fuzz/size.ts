/** How much is tried: a tenth of all cases, or all of them with FUZZ=full. FUZZ_SEED gives other cases than those of every day. */

/** Where all random choices come from. */
export const SEED = Number(process.env["FUZZ_SEED"] ?? 20260501);

/** The number of cases of this run. @param all how many a full run has */
export function share(all: number): number {
	return process.env["FUZZ"] === "full" ? all : Math.ceil(all / 10);
}

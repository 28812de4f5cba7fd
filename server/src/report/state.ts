import type { StateAfter, Verdict } from "../analysis/types.ts";

/** Says in words what state a step left: `users 1, count 2, page tables live`. */
export function describeState(after: StateAfter): string {
	const tables = PAGE_TABLES[after.pageTables];
	return `users ${after.users}, count ${after.count}, page tables ${tables}${after.struct === "freed" ? ", mm_struct freed" : ""}`;
}

/** The phases of the teardown that stand between live and freed are named by the function that is running. */
const PAGE_TABLES: Readonly<Record<StateAfter["pageTables"], string>> = {
	live: "live",
	exit_aio: "live (exit_aio)",
	release: "live (release)",
	unmapping: "unmapping",
	freed: "freed",
};

/** What each verdict means, in a few words. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
	held: "a users reference is held over the whole use",
	guarded: "teardown waits for this use, and a comment says so",
	uncommented: "teardown waits for this use, but nobody wrote down why",
	claimed: "only a comment says that the mm stays alive",
	unknown: "not resolved",
	exposed: "the page tables can be gone during the use",
};

import type { StateAfter, Verdict } from "../analysis/types.ts";

/** Says in words what state a step left: `users 1, count 2, page tables live`. */
export function describeState(after: StateAfter): string {
	return `${describeCounts(after)}, page tables ${describeTables(after)}`;
}

/** Says how many references there are: `users 1, count 2`. */
export function describeCounts({ users, count }: StateAfter): string {
	return `users ${users}, count ${count}`;
}

/** Says how far the page tables are, and whether the struct is gone too: `freed, mm_struct freed`. */
export function describeTables({ pageTables, struct }: StateAfter): string {
	return `${PAGE_TABLES[pageTables]}${struct === "freed" ? ", mm_struct freed" : ""}`;
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

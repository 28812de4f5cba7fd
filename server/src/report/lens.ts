import type { Use } from "../analysis/types.ts";

/** What stands above a use that is judged: `page tables held ✓ · 214 states explored`. */
export function writeLens(use: Use): string {
	switch (use.verdict) {
		case "held":
			return `page tables held ✓${explored(use)}`;
		case "guarded":
			return `page tables guarded ✓ (${GUARANTEES[use.guarantee ?? ""] ?? use.guarantee})${explored(use)}`;
		case "uncommented":
			return `uncommented: ${GUARANTEES[use.guarantee ?? ""] ?? "teardown waits for this use"}, but nobody wrote it down${explored(use)}`;
		case "exposed":
			return "exposed: show trace";
		case "claimed":
			return "claimed by a comment only: show trace";
		case "unknown":
			return use.explored.states === 0 ? "unknown: where the mm comes from" : `unknown: gave up after ${states(use)}`;
	}
}

/** What stands above a use whose verdict is not final. */
export function writePendingLens(): string {
	return "indexing…";
}

const GUARANTEES: Readonly<Record<string, string>> = {
	exit_aio: "exit_aio waits for this use",
	"notifier-release": "the release notifier waits for this use",
	caller: "callers hold mm_users",
};

/** Nothing is said where there was nothing to explore. */
function explored(use: Use): string {
	return use.explored.states === 0 ? "" : ` · ${states(use)} explored`;
}

function states({ explored: { states: count } }: Use): string {
	return `${count.toLocaleString("en")} state${count === 1 ? "" : "s"}`;
}

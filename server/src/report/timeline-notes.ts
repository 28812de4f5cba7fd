import { isWithoutTables, type Timeline, usesAt } from "./timeline.ts";

/** What is said about the rule, by index of the step: where a use first has no whole page tables, else at the step that breaks it. */
export function findNotes(timeline: Timeline): ReadonlyMap<number, string> {
	if (!timeline.isBroken) return new Map();
	const first = timeline.steps.findIndex((_, index) => usesAt(timeline, index).some((use) => isWithoutTables(timeline, use, index)));
	if (first < 0) {
		const last = timeline.steps.length - 1;
		return new Map([[last, timeline.steps[last]?.isBranch ? "✗ what follows breaks the rule" : "✗ this step breaks the rule"]]);
	}
	const use = usesAt(timeline, first).find((span) => isWithoutTables(timeline, span, first));
	const tables = timeline.steps[first]?.moments[use?.mm ?? 0]?.tables;
	return new Map([[first, tables === "gone" ? "✗ in use, and the page tables are gone" : "✗ in use while the page tables go"]]);
}

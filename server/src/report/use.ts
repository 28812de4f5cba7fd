import type { Use } from "../analysis/types.ts";
import { VERDICT_MEANINGS } from "./state.ts";

/** Says in one line what a use borrows, where, and why its verdict is what it is: `dev->mm in worker: …`. */
export function describeUse(use: Use): string {
	const macro = use.macro === undefined ? "" : ` through ${use.macro.name} (${use.macro.file}:${use.macro.line})`;
	const why = use.why === "" ? VERDICT_MEANINGS[use.verdict] : use.why;
	return `${use.mm} in ${use.function}${macro}: ${why}`.replace(/\s+/g, " ").trim();
}

/** Says how far the model looked: `proved in 123 states`. */
export function describeExploration(explored: Use["explored"]): string {
	const states = `${explored.states} state${explored.states === 1 ? "" : "s"}`;
	switch (explored.result) {
		case "proved":
			return `proved over ${states}`;
		case "violated":
			return `violated after ${states}`;
		case "bounded":
			return `gave up after ${states}${explored.bound === undefined ? "" : `: ${explored.bound}`}`;
	}
}

/** In which kind of thread a function runs, as far as everything in view that can make it run tells. */

import { activationsOf } from "../program/callers.ts";
import type { FunctionDef, Program } from "../program/program.ts";

/** Functions that more than this many others can run are not followed: their role stays unknown. */
const MAX_FUNCTIONS = 60;

/**
 * `process` when every way to run the function begins in an op table that the kernel calls in a user process; `unknown` as soon as
 * one begins in a thread of its own, or is not in view.
 */
export function roleOf(program: Program, fn: FunctionDef): "process" | "unknown" {
	const seen = new Set<FunctionDef>();
	const queue = [fn];
	for (let def = queue.pop(); def; def = queue.pop()) {
		if (seen.has(def)) continue;
		seen.add(def);
		if (seen.size > MAX_FUNCTIONS) return "unknown";
		const { callers, starts, contexts, handedTo } = activationsOf(program, def);
		if (starts.some((start) => start.context !== "process") || handedTo.length > 0) return "unknown";
		if (contexts.some((context) => context !== "process")) return "unknown";
		if (callers.length === 0 && contexts.length === 0 && !isSystemCall(def)) return "unknown";
		queue.push(...callers.map((caller) => caller.fn));
	}
	return "process";
}

function isSystemCall(def: FunctionDef): boolean {
	return /^__do_(compat_)?sys_/.test(def.facts.name);
}

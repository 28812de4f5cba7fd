/** Writes small mm programs down: instructions in order, with labels for the places that are jumped to. */

import type { Operation } from "../../server/src/model/operation.ts";
import type { Instruction, Key, MmProgram, Site, Test, Thread, Value } from "../../server/src/model/program.ts";
import type { ExploredStep, TraceGraph, TraceStep } from "../../server/src/model/trace.ts";

type Target = string | undefined;
type Line =
	| { readonly label: string }
	| { readonly step: Operation; readonly mm: Key; readonly result?: Key; readonly arg?: number }
	| { readonly set: Key; readonly value: { readonly is: Value } | { readonly copy: Key } | { readonly unknown: true } }
	| { readonly branch: Test; readonly yes: Target; readonly no: Target }
	| { readonly jump: readonly string[] }
	| { readonly end: true };

/** A step on the mm that `mm` denotes. */
export const step = (op: Operation, mm: Key = "mm", more: { result?: Key; arg?: number } = {}): Line => ({ step: op, mm, ...more });
/** A place to go to. */
export const label = (name: string): Line => ({ label: name });
/** An assignment. */
export const set = (key: Key, value: Value | { readonly copy: Key } | undefined): Line => ({
	set: key,
	value: value === undefined ? { unknown: true } : typeof value === "string" ? { is: value } : value,
});
/** Goes on behind when `key` is true, else at `no`. */
export const unless = (key: Key, no: string): Line => ({ branch: { test: "truth", key }, yes: undefined, no });
/** Goes on behind when the test holds, else at `no`. */
export const check = (on: Test, no: string): Line => ({ branch: on, yes: undefined, no });
/** Goes on at any of the labels; `""` is the next line. */
export const jump = (...to: string[]): Line => ({ jump: to });
/** Ends the thread. */
export const end: Line = { end: true };

/** Assembles a thread; every key is live everywhere, and the code ends with an `end` of its own. */
export function thread(
	name: string,
	context: Thread["context"],
	initial: Readonly<Record<Key, Value>>,
	lines: readonly Line[],
	after?: Thread["after"],
): Thread {
	const places = new Map<string, number>();
	const body = [...lines, end].filter((line) => {
		if ("label" in line) places.set(line.label, [...lines].slice(0, lines.indexOf(line)).filter((l) => !("label" in l)).length);
		return !("label" in line);
	});
	const keys = new Set<Key>();
	const code = body.map((line, at): Instruction => {
		const site: Site = { file: `${name}.c`, function: name, line: at + 1, column: 1, text: "" };
		const go = (to: Target): number => (to === undefined || to === "" ? at + 1 : (places.get(to) ?? at + 1));
		if ("step" in line) {
			keys.add(line.mm);
			if (line.result !== undefined) keys.add(line.result);
			const result = line.result === undefined ? {} : { result: line.result };
			return {
				do: "step",
				op: line.step,
				mm: line.mm,
				...result,
				...(line.arg === undefined ? {} : { arg: line.arg }),
				site,
				next: at + 1,
			};
		}
		if ("set" in line) {
			keys.add(line.set);
			if ("copy" in line.value) keys.add(line.value.copy);
			return { do: "set", target: line.set, value: line.value, site, next: at + 1 };
		}
		if ("branch" in line) {
			for (const key of line.branch.test === "equal" ? [line.branch.left, line.branch.right] : [line.branch.key]) keys.add(key);
			return { do: "branch", on: line.branch, then: go(line.yes), else: go(line.no), site };
		}
		if ("jump" in line) return { do: "any", next: line.jump.map(go), site };
		return { do: "end", site };
	});
	for (const key of Object.keys(initial)) keys.add(key);
	for (const key of after?.as ?? []) keys.add(key);
	return { name, context, code, start: 0, initial, live: code.map(() => keys), ...(after === undefined ? {} : { after }) };
}

/** Assembles a program with one mm, `A`, owned by a process, unless told otherwise. */
export function program(threads: readonly Thread[], more: Partial<MmProgram> = {}): MmProgram {
	return { mms: [{ name: "A", owner: "process" }], threads, notifiers: [], useCounts: "lazy", ...more };
}

/** Returns the graphs of a program's threads, as a checker would record them beside a trace. */
export function graphsOf(of: MmProgram): TraceGraph[] {
	return of.threads.map((t) => ({
		thread: t.name,
		start: t.start,
		...(t.context === "owner" ? { owner: "A" } : {}),
		...(t.after === undefined ? {} : { after: t.after.thread }),
		nodes: t.code.map((instruction) => ({
			op: instruction.do === "step" ? instruction.op : instruction.do,
			file: instruction.site.file,
			line: instruction.site.line,
			next:
				instruction.do === "branch"
					? [instruction.then, instruction.else]
					: instruction.do === "any"
						? instruction.next
						: instruction.do === "end"
							? []
							: [instruction.next],
		})),
	}));
}

/** Returns a found trace in the form that JSON carries. */
export function recordTrace(trace: readonly ExploredStep[]): TraceStep[] {
	return trace.map(({ site, ...rest }) => ({
		...rest,
		step: `${rest.op}(${rest.mm})`,
		file: site.file,
		line: site.line,
		column: site.column,
		function: site.function,
	}));
}

/** Prints a trace in short: `thread:op users/count pageTables`. */
export function shortTrace(trace: readonly ExploredStep[]): string[] {
	return trace.map((s) => {
		const way = s.branch === undefined ? "" : s.branch ? "+" : "-";
		return `${s.thread}:${s.op}${way} ${s.after.users}/${s.after.count} ${s.after.pageTables}`;
	});
}

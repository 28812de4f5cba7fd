/** The functions in which somebody may take or give back a reference to an mm. */

import type { WordRole } from "../../facts/index.ts";
import { NAMES } from "../../kernel/identifiers.ts";
import { bare } from "../../program/occurrences.ts";
import type { FunctionDef, Program } from "../../program/program.ts";
import { isMm } from "../../program/typing.ts";
import { contractOf, OWNING_ACTS } from "./function.ts";

function byPlace(a: FunctionDef, b: FunctionDef): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.facts.start - b.facts.start;
}

/** The functions in view that run as threads of their own (work items, kernel threads, timers) and name one of some fields. */
export function findThreads(program: Program, fields: readonly string[]): readonly FunctionDef[] {
	const words = fields.map((field): readonly [WordRole, string] => ["field", field]);
	const isNaming = program.reaching(words, 0);
	const found = new Set<FunctionDef>();
	const starting = program.kernel.named((act) => act.act === "start" && act.context !== "process");
	for (const { caller, call } of program.callsHanding(starting, words)) {
		const name = call.callee.e === "name" ? call.callee.name : "";
		for (const act of program.kernelFunction(name, caller.file)?.acts ?? []) {
			const arg = act.act === "start" ? call.args[act.function] : undefined;
			const run = arg && bare(arg);
			if (run?.e === "name" && isNaming(run.name)) for (const fn of program.functionsNamed(run.name, caller.file)) found.add(fn);
		}
	}
	return [...found].filter(program.holding(words)).sort(byPlace);
}

/** Whether a function gets an mm from whoever calls it, or gives one back. */
function handsMm(program: Program, { facts, file }: FunctionDef): boolean {
	return [facts.returns, ...facts.params.map(({ type }) => type)].some((type) => isMm(program, { type, file }));
}

/** All functions in view that call one that takes, gives, borrows or watches, or that hands them an mm, in the order of files and lines. */
export function findOwners(program: Program): readonly FunctionDef[] {
	const names = program.withAliases(program.kernel.named((act) => OWNING_ACTS.has(act.act)));
	const direct = program.functionsCalling(names);
	const handing = direct.filter((fn) => handsMm(program, fn)).map(({ facts }) => facts.name);
	const finding = program.withAliases(program.kernel.named((act) => act.act === "task"));
	const looking = [...finding].flatMap((name) => program.callsAbout(name, NAMES.mmOfTask).map(({ caller }) => caller));
	const found = new Set([...direct, ...program.functionsCalling(handing), ...looking]);
	/* what the table says of a function is looked into where it says what the function returns */
	const isAsked = (fn: FunctionDef): boolean => {
		const row = program.kernelFunction(fn.facts.name, fn.file);
		return row === undefined || contractOf(program, fn) !== undefined;
	};
	return [...found].filter(isAsked).sort(byPlace);
}

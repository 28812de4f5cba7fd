/** The functions in which somebody may take or give back a reference to an mm. */

import type { Tree } from "../../analysis/snapshot.ts";
import { NAMES } from "../../kernel/identifiers.ts";
import { bare } from "../../program/occurrences.ts";
import type { FunctionDef, Program } from "../../program/program.ts";
import { isMm } from "../../program/typing.ts";
import { contractOf, OWNING_ACTS } from "./function.ts";

function byPlace(a: FunctionDef, b: FunctionDef): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.facts.start - b.facts.start;
}

/** Whether a function names the mm of some task, as its words tell. */
function namesMmOfTask(program: Program, { file, facts }: FunctionDef): boolean {
	return namesField(program.tree, file, facts.start + facts.nameAt, NAMES.mmOfTask);
}

/** Whether the piece of a file at an offset names a field. */
export function namesField(tree: Tree, file: string, at: number, field: string): boolean {
	const pieces = tree.files.get(file)?.pieces;
	const piece = pieces?.at(at);
	return pieces !== undefined && piece !== undefined && pieces.find("field", field).includes(piece);
}

/** The functions in view that run as threads of their own: work items, kernel threads, timers. */
export function findThreads(program: Program): readonly FunctionDef[] {
	const found = new Set<FunctionDef>();
	for (const name of program.kernel.named((act) => act.act === "start" && act.context !== "process"))
		for (const { caller, call } of program.callsNamed(name))
			for (const act of program.kernelFunction(name, caller.file)?.acts ?? []) {
				const arg = act.act === "start" ? call.args[act.function] : undefined;
				const run = arg && bare(arg);
				if (run?.e === "name") for (const fn of program.functionsNamed(run.name, caller.file)) found.add(fn);
			}
	return [...found].sort(byPlace);
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
	const looking = program.functionsCalling(finding).filter((fn) => namesMmOfTask(program, fn));
	const found = new Set([...direct, ...program.functionsCalling(handing), ...looking]);
	/* what the table says of a function is looked into where it says what the function returns */
	const isAsked = (fn: FunctionDef): boolean => {
		const row = program.kernelFunction(fn.facts.name, fn.file);
		return row === undefined || contractOf(program, fn) !== undefined;
	};
	return [...found].filter(isAsked).sort(byPlace);
}

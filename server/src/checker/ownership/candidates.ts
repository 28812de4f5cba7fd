/** The functions in which somebody may take or give back a reference to an mm. */

import type { WordRole } from "../../facts/index.ts";
import { NAMES } from "../../kernel/identifiers.ts";
import { bare } from "../../program/occurrences.ts";
import type { FunctionDef, Program } from "../../program/program.ts";
import { isMm } from "../../program/typing.ts";
import { MAX_DEPTH } from "../lower-calls.ts";
import { contractOf, OWNING_ACTS } from "./function.ts";
import { folderOf, lastOf } from "./groups.ts";
import type { FieldEffect } from "./types.ts";

function wordsOf(fields: readonly string[]): readonly (readonly [WordRole, string])[] {
	return fields.map((field) => ["field", field]);
}

/** The names of the fields that some effects are about. */
export function fieldsOf(effects: readonly FieldEffect[]): readonly string[] {
	return [...new Set(effects.flatMap(({ field, from }) => [field, from ?? ""]).map(lastOf))];
}

/** Says which functions can do something to the fields that some effects are about, and in which files they stand. */
export interface Partaking {
	hasFile(file: string): boolean;
	has(fn: FunctionDef): boolean;
}

/** A field of a struct that is known is named where the struct is; one of another may be meant in the same folder. */
export function partakingIn(program: Program, effects: readonly FieldEffect[]): Partaking {
	const folders = new Set(effects.map(({ at }) => folderOf(at.file)));
	const tags = new Map<string, (file: string) => boolean>();
	for (const { field, from, at } of effects)
		for (const name of [field, from ?? ""]) {
			const tag = name.slice(0, -lastOf(name).length - 1);
			if (tag === "" || tag === "?" || tags.has(tag)) continue;
			const struct = program.quietly(() => program.struct(tag, at.file));
			tags.set(tag, tag === ":" ? () => true : program.filesKnowing(tag, struct));
		}
	const isNaming = program.holding(wordsOf(fieldsOf(effects)));
	const hasFile = (file: string): boolean => folders.has(folderOf(file)) || [...tags.values()].some((knows) => knows(file));
	return { hasFile, has: (fn) => folders.has(folderOf(fn.file)) || (isNaming(fn) && hasFile(fn.file)) };
}

/** The functions in view that run as threads of their own (work items, kernel threads, timers) and name one of some fields. */
export function findThreads(program: Program, fields: readonly string[], isAsked: (file: string) => boolean): readonly FunctionDef[] {
	const words = wordsOf(fields);
	const isNaming = program.naming(words);
	const found = new Set<FunctionDef>();
	const starting = program.kernel.named((act) => act.act === "start" && act.context !== "process");
	for (const { caller, call } of program.callsHanding(starting, words, isAsked)) {
		const name = call.callee.e === "name" ? call.callee.name : "";
		for (const act of program.kernelFunction(name, caller.file)?.acts ?? []) {
			const arg = act.act === "start" ? call.args[act.function] : undefined;
			const run = arg && bare(arg);
			if (run?.e === "name" && isNaming(run.name)) for (const fn of program.functionsNamed(run.name, caller.file)) found.add(fn);
		}
	}
	return [...found].filter(program.holding(words)).sort((a, b) => program.inOrder(a, b));
}

/**
 * The functions from which some calls lead to one of others, and are looked into: what is wrong with a reference can then stand in that one.
 * What the kernel's table says of is not looked into.
 */
export function leadingTo(program: Program, functions: readonly FunctionDef[]): ReadonlySet<FunctionDef> {
	const found = new Set(functions);
	let reached: Iterable<FunctionDef> = functions;
	for (let level = 0; level < MAX_DEPTH; level++) {
		const next = new Set<FunctionDef>();
		for (const fn of reached) {
			if (program.kernelFunction(fn.facts.name, fn.file) !== undefined) continue;
			for (const { caller } of program.callsOf(fn)) if (!found.has(caller)) next.add(caller);
		}
		for (const fn of next) found.add(fn);
		reached = next;
	}
	return found;
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
	return [...found].filter(isAsked).sort((a, b) => program.inOrder(a, b));
}

/** Facts of an edited text from those of the text before, when the edit stands inside one function. */

import type { FileFacts, FunctionFacts, StructFacts } from "./types.ts";

/** What was replaced: `[start, end)` of the text before, by what stands in `[start, end + grown)` of the text after. */
interface Change {
	readonly start: number;
	readonly end: number;
	readonly grown: number;
}

/**
 * Returns the facts of `after`, given those of `before`, without looking at more than the one function in which the texts differ: facts of
 * a function do not depend on what stands around it.
 * @param extract takes the facts of a text; undefined when it cannot be parsed
 * @returns the same as the facts of the whole text would be; undefined where that cannot be told, so that the whole has to be read
 */
export function spliceFacts(
	facts: FileFacts,
	before: string,
	after: string,
	extract: (text: string) => FileFacts | undefined,
): FileFacts | undefined {
	const change = changeBetween(before, after);
	const fn = functionAround(facts, before, change);
	if (fn === undefined) return undefined;
	const text = after.slice(fn.start, fn.end + change.grown);
	if (!standsAlone(text)) return undefined;
	const alone = extract(text + MARK);
	const [edited, ...others] = alone?.functions ?? [];
	if (alone === undefined || edited === undefined || others.length > 0 || !holdsOnly(alone, edited, text)) return undefined;
	const lines = edited.lineStarts.length - fn.lineStarts.length;
	const above = fn.comments.filter((comment) => comment.at < 0);
	const now: FunctionFacts = {
		...edited,
		start: fn.start,
		end: fn.end + change.grown,
		line: fn.line,
		comments: [...above, ...edited.comments],
	};
	if (change.grown === 0 && lines === 0) return { ...facts, functions: facts.functions.map((other) => (other === fn ? now : other)) };
	const last = fn.line + fn.lineStarts.length;
	return {
		...moveBehind(facts, last, change.grown, lines),
		functions: facts.functions.map((other) => (other === fn ? now : moved(other, last, change.grown, lines))),
	};
}

function changeBetween(before: string, after: string): Change {
	const shorter = Math.min(before.length, after.length);
	let start = 0;
	while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
	let same = 0;
	while (same < shorter - start && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)) same++;
	return { start, end: before.length - same, grown: after.length - before.length };
}

/** The one function whose body holds the change; undefined when its facts could have to do with anything else. */
function functionAround(facts: FileFacts, before: string, { start, end }: Change): FunctionFacts | undefined {
	const touched = facts.functions.filter((fn) => fn.start <= end && fn.end >= start);
	const fn = touched[0];
	if (fn === undefined || touched.length > 1 || !fn.clean || fn.column !== 0) return undefined;
	const text = before.slice(fn.start, fn.end);
	const body = text.indexOf("{", fn.nameAt);
	if (body < 0 || fn.start + body >= start || end >= fn.end || !standsAlone(text)) return undefined;
	/* something behind it on its last line would move sideways */
	const lineEnd = before.indexOf("\n", fn.end);
	if (before.slice(fn.end, lineEnd < 0 ? before.length : lineEnd).trim() !== "") return undefined;
	const first = fn.line;
	const last = fn.line + fn.lineStarts.length;
	const isInside = ({ line }: { readonly line: number }): boolean => line >= first && line <= last;
	return [...facts.structs, ...facts.macros, ...facts.variables, ...facts.holes].some(isInside) ? undefined : fn;
}

/** Without a directive, what stands in a function means the same by itself. */
function standsAlone(text: string): boolean {
	return !/^[^\S\n]*(?:#|%:)/m.test(text);
}

/** Stands behind a function that is read alone: when it is found there, no comment, string or bracket of the function was left open. */
const MARK = "\n\nint behind;\n";

/** Whether the text is this function, whole, and nothing else. */
function holdsOnly(facts: FileFacts, fn: FunctionFacts, text: string): boolean {
	const others = [facts.includes, facts.macros, facts.structs, facts.typedefs, facts.prototypes, facts.holes];
	const isMarked = facts.variables.length === 1 && facts.variables[0]?.start === text.length + 2;
	const isClosed = fn.comments.every((comment) => comment.end <= text.length);
	return isMarked && isClosed && fn.clean && fn.start === 0 && fn.end === text.length && others.every((list) => list.length === 0);
}

function moveBehind(facts: FileFacts, last: number, grown: number, lines: number): FileFacts {
	return {
		...facts,
		macros: facts.macros.map((macro) => moved(macro, last, grown, lines)),
		variables: facts.variables.map((variable) => moved(variable, last, grown, lines)),
		structs: facts.structs.map((struct) => movedStruct(struct, last, lines)),
		holes: facts.holes.map((hole) => (hole.line > last ? { ...hole, line: hole.line + lines } : hole)),
	};
}

function moved<T extends { readonly line: number; readonly start: number; readonly end?: number }>(
	item: T,
	last: number,
	grown: number,
	lines: number,
): T {
	if (item.line <= last) return item;
	return { ...item, line: item.line + lines, start: item.start + grown, ...(item.end === undefined ? {} : { end: item.end + grown }) };
}

function movedStruct(struct: StructFacts, last: number, lines: number): StructFacts {
	if (struct.line <= last) return struct;
	return { ...struct, line: struct.line + lines, fields: struct.fields.map((field) => ({ ...field, line: field.line + lines })) };
}

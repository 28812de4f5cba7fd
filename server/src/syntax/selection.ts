/**
 * Which `#if` groups stay for the grammar, and which cut through a statement, a header or a list so that one arm must be chosen.
 * Nothing is lost: the arms not chosen come out as alternates of the top-level definition that they stand in.
 */

import type { Arm, Conditionals, Group } from "./conditionals.ts";
import { Context, Place } from "./context.ts";
import { Directive, Kind, type Tokens } from "./lexer.ts";
import type { Resumption } from "./resumption.ts";
import { Word } from "./words.ts";

/** A definition with groups that cut through it: token range [from, to). */
export interface Region {
	readonly from: number;
	readonly to: number;
}

export interface Selection {
	/** 1 for each token that belongs to the chosen text, kept directives included. */
	readonly live: Uint8Array;
	/** Definitions in which an arm had to be chosen. */
	readonly regions: readonly Region[];
	/** What stands at file level: definitions, declarations, invocations; directives between them are not in it. */
	readonly items: readonly Region[];
	/** `group:arm` of each choice made. */
	readonly chosen: readonly string[];
	/** Every arm that could have been chosen in the groups met. */
	readonly choices: readonly string[];
	/** Past the last token that was read: brackets before it were left open, and items begin here as at file level. */
	readonly end: number;
}

/** Conditions whose value is known for all of the kernel's C. */
const KNOWN: ReadonlyMap<string, boolean> = new Map([
	["__cplusplus", false],
	["__ASSEMBLY__", false],
	["__ASSEMBLER__", false],
]);

/** At most this many directives stand between a header and its body. */
const MAX_LOOKAHEAD = 64;

/** What makes a token unfit to begin a statement: the arm continues what stands before it. */
function continues(tokens: Tokens, i: number): boolean {
	if (i < 0) return false;
	if (tokens.kind[i] === Kind.name) return tokens.what[i] === Word.else;
	if (tokens.kind[i] !== Kind.punct) return true;
	const what = tokens.what[i];
	return !(what === 123 || what === 42 || what === 40 || what === 59 || what === 43 || what === 45);
}

/** True when the next token in sight from `i`, past directives and arms that are not chosen, is punctuation: the body of a header, say. */
function continuesHeader(tokens: Tokens, conditionals: Conditionals, i: number): boolean {
	let at = i;
	for (let n = 0; n < MAX_LOOKAHEAD && tokens.kind[at] === Kind.directive; n++) {
		const group = tokens.what[at] === Directive.if ? undefined : conditionals.at.get(at);
		at = group === undefined ? at + 1 : group.close + 1;
	}
	return tokens.kind[at] === Kind.punct;
}

function isPunct(tokens: Tokens, i: number, what: number): boolean {
	return tokens.kind[i] === Kind.punct && tokens.what[i] === what;
}

/** True for the colon of a label (not of `case`): a directive must not follow it directly. */
function endsInLabel(tokens: Tokens, i: number): boolean {
	if (!isPunct(tokens, i, 58) || tokens.kind[i - 1] !== Kind.name || tokens.what[i - 1] !== Word.name) return false;
	const before = i - 2;
	return before < 0 || tokens.kind[before] === Kind.directive || [59, 123, 125, 58, 41].some((what) => isPunct(tokens, before, what));
}

/** True for an attribute word: an item that begins with it has only begun. */
function isAttribute(tokens: Tokens, i: number): boolean {
	const what = tokens.what[i] ?? 0;
	return tokens.kind[i] === Kind.name && what >= Word.attribute && what <= Word.cleanup;
}

function isCompleteArm(tokens: Tokens, arm: Arm, place: number): boolean {
	if (arm.net !== 0 || arm.low < 0) return false;
	if (arm.last < 0) return true;
	if (continues(tokens, arm.first)) return false;
	if (tokens.kind[arm.last] !== Kind.punct) return false;
	const what = tokens.what[arm.last];
	if (what === 59 || what === 125) return true;
	if (what === 58) return place === Place.block && !endsInLabel(tokens, arm.last);
	return what === 41 && place === Place.file && tokens.kind[arm.first] === Kind.name;
}

/** `list`: the arms are whole elements of an initializer or enumerator list, each with its comma. */
type Treatment = "keep" | "list" | "cut";

function treat(tokens: Tokens, conditionals: Conditionals, group: Group, context: Context, previous: number): Treatment {
	const { place } = context;
	const after = conditionals.following[group.close] ?? tokens.count;
	if (group.arms.some((arm) => KNOWN.has(arm.condition))) return "cut";
	if (place === Place.file || place === Place.block || place === Place.struct) {
		const elseFollows = tokens.kind[after] === Kind.name && tokens.what[after] === Word.else;
		const heads = isPunct(tokens, after, 123) && group.arms.some((arm) => isPunct(tokens, arm.last, 41));
		const begins = context.boundary && !context.soft && !elseFollows && !heads;
		if (begins && group.arms.every((arm) => isCompleteArm(tokens, arm, place))) return "keep";
		return "cut";
	}
	if (place !== Place.enum && place !== Place.initializer) return "cut";
	const opens = isPunct(tokens, previous, 123) || isPunct(tokens, previous, 44);
	const closes = isPunct(tokens, after, 125);
	const whole = group.arms.every(
		(arm, n) =>
			arm.net === 0 && arm.low === 0 && (arm.last < 0 || isPunct(tokens, arm.last, 44) || (closes && n === group.arms.length - 1)),
	);
	return opens && whole ? "list" : "cut";
}

/** Chooses an arm that agrees with what is assumed already; an uncovered one if there is any. -1: no arm (no `#else`). */
function choose(group: Group, assumed: Map<string, boolean>, covered: ReadonlySet<string>): { arm: number; possible: string[] } {
	const count = group.arms.length;
	const candidates: number[] = [];
	let open = true;
	for (let n = 0; n < count && open; n++) {
		const arm = group.arms[n];
		if (arm === undefined) break;
		const known = arm.condition === "" ? true : (KNOWN.get(arm.condition) ?? assumed.get(arm.condition));
		const holds = known === undefined ? undefined : arm.condition === "" ? true : known === arm.value;
		if (holds !== false) candidates.push(n);
		if (holds === true) open = false;
	}
	if (open && !group.hasElse) candidates.push(-1);
	const key = (n: number) => `${group.id}:${n}`;
	const never = (n: number) => group.arms[n]?.condition === "0";
	const arm =
		candidates.find((n) => !covered.has(key(n)) && !never(n)) ??
		candidates.find((n) => !covered.has(key(n))) ??
		candidates.find((n) => !never(n)) ??
		candidates[0] ??
		-1;
	for (let n = 0; n < (arm < 0 ? count : arm); n++) {
		const skipped = group.arms[n];
		if (skipped !== undefined && skipped.condition !== "") assumed.set(skipped.condition, !skipped.value);
	}
	const taken = group.arms[arm];
	if (taken !== undefined && taken.condition !== "") assumed.set(taken.condition, taken.value);
	return { arm, possible: candidates.map(key) };
}

/**
 * Walks the tokens [from, to), decides on each group, and marks what is live. `covered` names arms that earlier walks have
 * chosen: this walk prefers others.
 * @param resumption finds where brackets were left open: the walk ends there
 */
export function select(
	tokens: Tokens,
	conditionals: Conditionals,
	range: Region,
	covered: ReadonlySet<string>,
	resumption?: Resumption,
): Selection {
	const live = new Uint8Array(range.to - range.from);
	const regions: Region[] = [];
	const items: Region[] = [];
	const chosen: string[] = [];
	const choices: string[] = [];
	const treatment = new Map<number, Treatment>();
	const assumed = new Map<string, boolean>();
	const context = new Context();
	let itemStart = -1;
	/** Where the item at file level begins that this one is, or lies in (a linkage block). */
	let outerStart = -1;
	let itemCut = false;
	let previous = -1;
	let last = range.from;
	const endItem = (to: number, isLast = false): void => {
		if (itemCut && itemStart >= 0) regions.push({ from: itemStart, to });
		if (outerStart < 0) outerStart = itemStart;
		if (outerStart >= 0 && (context.depth === 0 || isLast)) {
			items.push({ from: outerStart, to });
			outerStart = -1;
		}
		itemStart = -1;
		itemCut = false;
		assumed.clear();
	};
	let end: number | undefined;
	for (let i = range.from; i < range.to; i++) {
		end = tokens.kind[i] === Kind.directive ? undefined : resumption?.look(i, context);
		if (end !== undefined) break;
		if (context.mayEndItem && tokens.fresh[i] === 1 && !continuesHeader(tokens, conditionals, i)) {
			context.endItem();
			endItem(i);
		}
		const outside = context.boundary && context.place === Place.file;
		if (tokens.kind[i] === Kind.directive) {
			const what = tokens.what[i];
			const group = conditionals.at.get(i);
			if (group === undefined) {
				if (what === Directive.define || what === Directive.other) live[i - range.from] = 1;
				continue;
			}
			if (what === Directive.if) {
				const how = treat(tokens, conditionals, group, context, previous);
				treatment.set(group.id, how);
				if (how === "keep") live[i - range.from] = 1;
				if (how !== "cut") continue;
				if (outside) endItem(i);
				const { arm, possible } = choose(group, assumed, covered);
				if (possible.length > 1) {
					if (itemStart < 0) itemStart = i;
					itemCut = true;
					chosen.push(`${group.id}:${arm}`);
					choices.push(...possible);
				}
				i = (group.arms[arm]?.from ?? group.close + 1) - 1;
				continue;
			}
			const how = treatment.get(group.id);
			if (how === "keep") live[i - range.from] = 1;
			else if (how === "cut") {
				i = group.close;
				last = i + 1;
			}
			continue;
		}
		if (itemStart < 0) itemStart = i;
		live[i - range.from] = 1;
		context.feed(tokens.kind[i] ?? 0, tokens.what[i] ?? 0, (tokens.end[i] ?? 0) - (tokens.start[i] ?? 0));
		previous = i;
		last = i + 1;
		if (context.boundary && context.place === Place.file && !isAttribute(tokens, i)) {
			// The `#endif` of a group that the item ends in belongs to it.
			let to = last;
			while (to < range.to && tokens.kind[to] === Kind.directive && itemCut) {
				const group = conditionals.at.get(to);
				if (group === undefined || tokens.what[to] === Directive.if || treatment.get(group.id) !== "cut") break;
				to = group.close + 1;
			}
			endItem(to);
		}
	}
	end ??= resumption?.end(context) ?? range.to;
	endItem(end, true);
	return { live, regions, items, chosen, choices, end };
}

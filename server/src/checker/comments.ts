/** Lifetime comments: where they stand, and what they name. */

import type { FunctionFacts } from "../facts/types.ts";
import {
	EMPTY_WORDS,
	GUARANTEES,
	type GuaranteeName,
	IGNORE_FORM,
	NEGATIONS,
	PLACEHOLDER,
	REFERENCE_DENIALS,
	USE_DENIALS,
	WRITTEN_FORM,
} from "../kernel/guarantees.ts";
import type { Slot } from "../program/callers.ts";
import { placeOf } from "../program/places.ts";
import type { FunctionDef, MacroDef } from "../program/program.ts";
import { everyStmt } from "../program/walk.ts";

export interface LifetimeComment {
	readonly text: string;
	readonly where: "use" | "capture" | "field" | "definition";
	/** The guarantee of the table that it names. */
	readonly names?: GuaranteeName;
	/** It names a guarantee outside the table, in the written form: what it says. */
	readonly claims?: string;
	/** It denies that the pointer is used, or only that a reference is held for it, and names no other guarantee. */
	readonly denies?: "use" | "reference";
	readonly file: string;
	readonly line: number;
}

/**
 * What a comment says about lifetimes; undefined when it says nothing. The reason of an ignore comment is no part of it, and neither is a
 * placeholder that nobody has filled in.
 */
export function readComment(comment: string, where: LifetimeComment["where"], file: string, line: number): LifetimeComment | undefined {
	const text = comment.replace(IGNORE_FORM, " ").replace(PLACEHOLDER, " ").replace(/\s+/g, " ").trim();
	const written = WRITTEN_FORM.exec(text)?.[1];
	const named = namedIn(written ?? text);
	const denies = USE_DENIALS.some((denial) => denial.test(text))
		? "use"
		: REFERENCE_DENIALS.some((denial) => denial.test(text)) && (named === undefined || named === "mm_users")
			? "reference"
			: undefined;
	const names = denies ? undefined : named;
	const claims = written !== undefined && names === undefined && !denies && saysSomething(written) ? written.trim() : undefined;
	if (names === undefined && claims === undefined && !denies) return undefined;
	return { text, where, file, line, ...(denies ? { denies } : {}), ...(names ? { names } : {}), ...(claims ? { claims } : {}) };
}

/** The guarantee that a text names in a clause that does not deny it. */
function namedIn(text: string): GuaranteeName | undefined {
	for (const row of GUARANTEES)
		for (const clause of [text, ...text.split(/[.;]/)]) {
			if (!row.words.some((word) => word.test(clause))) continue;
			if (!NEGATIONS.some((negation) => negation.test(clause))) return row.guarantee;
		}
	return undefined;
}

/** Whether a text names anything: a function, or words beyond those that only say that all is well. */
function saysSomething(text: string): boolean {
	if (/\b\w+\(\)/.test(text)) return true;
	const words = text.toLowerCase().match(/[a-z_][a-z0-9_']+/g) ?? [];
	return new Set(words.filter((word) => !EMPTY_WORDS.has(word))).size >= 3;
}

/** The comments that stand right above, or behind, the line of offset `at` in a function. Comments that touch count as one. */
export function commentsAt(fn: FunctionDef, at: number): readonly { readonly text: string; readonly line: number }[] {
	const line = placeOf(fn.facts, at).line;
	return commentsOnLine(fn, line, statementLines(fn));
}

/** By facts: a function that moves has other lines, though its body stays the same. */
const linesCache = new WeakMap<FunctionFacts, ReadonlySet<number>>();

/** Lines on which a statement begins. */
function statementLines(fn: FunctionDef): ReadonlySet<number> {
	let lines = linesCache.get(fn.facts) as Set<number> | undefined;
	if (!lines) {
		lines = new Set();
		for (const stmt of everyStmt(fn.facts.body)) lines.add(placeOf(fn.facts, stmt.at).line);
		linesCache.set(fn.facts, lines);
	}
	return lines;
}

function commentsOnLine(
	fn: FunctionDef,
	line: number,
	statements: ReadonlySet<number>,
): readonly { readonly text: string; readonly line: number }[] {
	const spans = fn.facts.comments
		.filter((comment) => comment.at >= 0)
		.map((comment) => ({ text: comment.text, first: placeOf(fn.facts, comment.at).line, last: placeOf(fn.facts, comment.end - 1).line }));
	const found = spans.filter((span) => span.first === line || span.last === line).map((span) => ({ text: span.text, line: span.first }));
	const above: { text: string; line: number }[] = [];
	let next = line;
	for (let i = spans.length - 1; i >= 0; i--) {
		const span = spans[i] as (typeof spans)[number];
		if (span.last !== next - 1 || statements.has(span.first)) continue;
		above.push({ text: span.text, line: span.first });
		next = span.first;
	}
	above.reverse();
	if (above.length > 0) found.unshift({ text: above.map((part) => part.text).join("\n"), line: above[0]?.line ?? line });
	return found;
}

/** The comment right above a function. */
export function commentAbove(fn: FunctionDef): LifetimeComment | undefined {
	const head = fn.facts.comments.find((comment) => comment.at < 0);
	return head && readComment(head.text, "definition", fn.file, fn.facts.line + 1);
}

/** The comment on a field. */
export function commentOnField(slot: Slot): LifetimeComment | undefined {
	const field = slot.struct.facts.fields.find((candidate) => candidate.name === slot.field);
	return field?.comment === undefined ? undefined : readComment(field.comment, "field", slot.struct.file, field.line + 1);
}

/** Comments inside the body of a macro. */
export function commentsInMacro(macro: MacroDef): readonly LifetimeComment[] {
	const found: LifetimeComment[] = [];
	for (const comment of macro.facts.comments ?? []) {
		const read = readComment(comment.text, "use", macro.file, placeOf(macro.facts, comment.at).line);
		if (read) found.push(read);
	}
	return found;
}

/** What there is to say about a place in the source, for the hover. */

import { placeOfWriter } from "../checker/carried.ts";
import { textOf } from "../checker/lower-expressions.ts";
import type { Act, KernelFunction } from "../kernel/types.ts";
import { lineIn, placeOf } from "../program/places.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { assignmentsTo, writersOf } from "../program/writers.ts";
import { heldAt, interleavingOf, standsIn } from "./held.ts";
import { relocate } from "./relocate.ts";
import { type Subject, subjectAt, type Word, wordAt } from "./subject.ts";
import { type CallEffect, type Described, type Place, type Use, VERDICTS } from "./types.ts";

/**
 * Describes what stands at a line and column (from 1, UTF-16 units) of a file of the program.
 * @param uses the judged uses that are known: those that have to do with the place are given back with it.
 * @returns undefined where nothing has to do with an mm. Asks for no further files.
 */
export function describeAt(program: Program, path: string, line: number, column: number, uses: readonly Use[]): Described | undefined {
	const text = program.tree.text(path);
	const word = text === undefined ? undefined : wordAt(text, line, column);
	const subject = text === undefined || !word ? undefined : subjectAt(program, path, text, word);
	if (text === undefined || !word || !subject) return undefined;
	const start = word.start - (text.lastIndexOf("\n", word.start - 1) + 1) + 1;
	const place: At = { path, line, column: start, fn: subject.fn?.facts.name };
	const related = relatedUses(subject, place, uses);
	if (subject.kind === "field" && !subject.isMm && related.length === 0) return undefined;
	const held = subject.fn === undefined ? undefined : firstHeld(program, related, place, subject.fn);
	return {
		line,
		column: start,
		endLine: line,
		endColumn: start + word.end - word.start,
		subject: shown(program, word, subject),
		writers: program.quietly(() => writersIn(program, subject)),
		uses: related,
		...(held ? { held } : {}),
	};
}

interface At {
	readonly path: string;
	readonly line: number;
	readonly column: number;
	/** The function in which the place lies. */
	readonly fn: string | undefined;
}

function firstHeld(program: Program, uses: readonly Use[], { path, line }: At, fn: FunctionDef): Described["held"] {
	for (const use of uses) {
		const held = heldAt(use, path, program.placed(fn), line);
		if (held) return held;
	}
	return undefined;
}

function shown(program: Program, word: Word, subject: Subject): Described["subject"] {
	switch (subject.kind) {
		case "call":
			return { kind: "call", effect: effectOf(program, word.name, subject) };
		case "field": {
			const { struct, field } = subject.slot;
			const declared = struct.facts.fields.find((candidate) => candidate.name === field);
			const definedAt = lineIn(program.tree, struct.file, declared?.line ?? struct.facts.line) + 1;
			return { kind: "field", struct: struct.facts.tag, field, file: struct.file, definedAt };
		}
		case "variable":
			return { kind: "variable", name: word.name };
		case "path":
			return { kind: "variable", name: textOf(subject.expr) };
	}
}

/** Which argument of a call an act does something to: the mm, or its counter. */
function mmArgument(act: Act): number | undefined {
	if (act.act === "counter") return act.counter;
	return "mm" in act ? act.mm : undefined;
}

function effectOf(program: Program, callee: string, { row, call, inside }: Extract<Subject, { kind: "call" }>): CallEffect {
	const index = row.acts.map(mmArgument).find((argument) => argument !== undefined);
	/* the arguments of a macro are not those of the function in it */
	const mm = index === undefined || inside ? undefined : call.args[index];
	const like = program.kernel.statedAs(callee) ?? (row.field ? `${row.field.struct}.${row.field.field}` : row.name);
	return {
		callee,
		...(like === callee || like.endsWith(`.${callee}`) ? {} : { actsLike: like }),
		...(mm ? { mm: textOf(mm) } : {}),
		summary: row.summary,
		...(row.users === "0" ? {} : { users: row.users }),
		...(row.count === "0" ? {} : { count: row.count }),
		...(row.needs === "nothing" ? {} : { needs: row.needs }),
		source: sourceOf(row),
	};
}

function sourceOf({ source }: KernelFunction): string {
	return source.line > 0
		? `${source.file}:${source.line} of Linux ${source.version}: ${source.shows}`
		: `Linux ${source.version}, commit "${source.shows}"`;
}

function writersIn(program: Program, subject: Subject): readonly Place[] {
	if (subject.kind === "field") return relocate(program.tree, writersOf(program, subject.slot).map(placeOfWriter));
	if (subject.kind !== "variable") return [];
	const { fn, name } = subject;
	return assignmentsTo(program, fn, name).values.map((value) =>
		placeIn(program, fn, value.at, `${name.replace(/'.*$/, "")} = ${textOf(value)}`),
	);
}

function placeIn(program: Program, fn: FunctionDef, at: number, text: string): Place {
	return { file: fn.file, ...placeOf(program.placed(fn), at), function: fn.facts.name, text };
}

/** How near a use is to the place: the smaller the nearer; undefined when it has nothing to do with it. */
function distance(subject: Subject, { path, line, column, fn }: At, use: Use): number | undefined {
	const within = use.file === path && use.function === fn;
	if (within && use.line === line && use.column === column) return 0;
	if (within && use.line <= line && line <= use.endLine) return 1;
	if (subject.kind === "field") {
		const { struct, field } = subject.slot;
		const carries = use.fields?.some((known) => known.struct === struct.facts.tag && known.field === field && known.file === struct.file);
		if (carries) return 3;
		if (!subject.isMm) return undefined;
	}
	const steps = [...interleavingOf(use), ...(use.trace ?? [])].filter((step) => fn !== undefined && standsIn(step, path, fn));
	if (steps.some((step) => step.line === line)) return 2;
	/* an mm may be that of the use anywhere in a function that the use or its capture runs through */
	return subject.kind !== "call" && (within || steps.length > 0) ? 4 : undefined;
}

function relatedUses(subject: Subject, place: At, uses: readonly Use[]): readonly Use[] {
	return uses
		.flatMap((use) => {
			const far = distance(subject, place, use);
			return far === undefined ? [] : [{ use, far }];
		})
		.sort((a, b) => a.far - b.far || VERDICTS.indexOf(b.use.verdict) - VERDICTS.indexOf(a.use.verdict))
		.map(({ use }) => use);
}

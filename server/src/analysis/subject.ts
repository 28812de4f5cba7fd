/** What stands at a place of a file and has to do with an mm: a call of a known function, a field, a variable. */

import type { Pieces } from "../facts/index.ts";
import type { Expr, FunctionFacts, MacroFacts, StructFacts } from "../facts/types.ts";
import type { KernelFunction } from "../kernel/types.ts";
import { type Slot, slotOf } from "../program/callers.ts";
import { bodyOfMacro } from "../program/expand.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { separateScopes } from "../program/scopes.ts";
import { isMm, localsOf, structOf, typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";

/** An identifier in a text, by offsets. */
export interface Word {
	readonly name: string;
	readonly start: number;
	readonly end: number;
}

export type Subject =
	/** `inside`: the function is called by the macro that stands there. */
	| { readonly kind: "call"; readonly row: KernelFunction; readonly call: CallExpr; readonly fn?: FunctionDef; readonly inside: boolean }
	| { readonly kind: "field"; readonly slot: Slot; readonly isMm: boolean; readonly fn?: FunctionDef }
	/** `name` is that of the program, where inner variables have names of their own; `path`: an mm that no field in view holds. */
	| { readonly kind: "variable"; readonly name: string; readonly fn: FunctionDef }
	| { readonly kind: "path"; readonly expr: Expr; readonly fn: FunctionDef };

/** The identifier that a line and column (from 1) lie in or right behind. */
export function wordAt(text: string, line: number, column: number): Word | undefined {
	let start = 0;
	for (let passed = 1; passed < line; passed++) {
		start = text.indexOf("\n", start) + 1;
		if (start === 0) return undefined;
	}
	const newline = text.indexOf("\n", start);
	const content = text.slice(start, newline < 0 ? undefined : newline);
	for (const { 0: name, index } of content.matchAll(/[A-Za-z_]\w*/g))
		if (index < column && column <= index + name.length + 1) {
			/* between two words there is at least one character, so the first that touches is the one */
			return { name, start: start + index, end: start + index + name.length };
		}
	return undefined;
}

/** Whether a call of the function does something to an mm, or with one. */
function concernsMm(row: KernelFunction): boolean {
	return row.acts.some((act) => {
		switch (act.act) {
			case "step":
			case "produce":
			case "counter":
			case "notifier-register":
			case "notifier-get":
			case "notifier-unregister":
			case "kiocb-cancellable":
			case "kiocb-complete":
				return true;
			case "access":
				return act.mm !== undefined || act.vma !== undefined;
			default:
				return false;
		}
	});
}

/** Offset past an expression whose positions count from `base`. */
function endOf(text: string, base: number, expr: Expr): number {
	switch (expr.e) {
		case "name":
			return base + expr.at + (/^\w*/.exec(text.slice(base + expr.at, base + expr.at + 256))?.[0].length ?? 0);
		case "call":
			return base + expr.end;
		case "field":
			return (fieldNameAt(text, base, expr) ?? base + expr.at) + expr.field.length;
		case "index":
			return endOf(text, base, expr.index);
		case "unary":
		case "cast":
			return endOf(text, base, expr.arg);
		case "binary":
		case "assign":
			return endOf(text, base, expr.right);
		case "conditional":
			return endOf(text, base, expr.else);
		case "literal":
			return base + expr.at + expr.text.length;
		default:
			return base + expr.at;
	}
}

/** Where the name of the field stands in an expression that reads it. */
function fieldNameAt(text: string, base: number, expr: Extract<Expr, { e: "field" }>): number | undefined {
	const arrow = /[\s)\]]*(?:->|\.)\s*/y;
	arrow.lastIndex = endOf(text, base, expr.base);
	return arrow.test(text) ? arrow.lastIndex : undefined;
}

/** The first known function that concerns an mm among those that a macro calls, itself or through others. */
function knownInMacro(program: Program, name: string, from: string, depth: number): KernelFunction | undefined {
	const macro = depth > 0 ? program.macro(name, from) : undefined;
	if (!macro?.facts.params) return undefined;
	for (const inner of everyExpr(bodyOfMacro(macro.facts) ?? [])) {
		if (inner.e !== "call" || inner.callee.e !== "name" || inner.callee.name === name) continue;
		const row = program.kernelFunction(inner.callee.name, from);
		if (row && concernsMm(row)) return row;
		const deeper = row ? undefined : knownInMacro(program, inner.callee.name, from, depth - 1);
		if (deeper) return deeper;
	}
	return undefined;
}

/** Macros are looked into this far. */
const MACRO_DEPTH = 4;

function callSubject(program: Program, path: string, call: CallExpr, fn: FunctionDef | undefined): Subject | undefined {
	if (call.callee.e !== "name") return undefined;
	const row = program.kernelFunction(call.callee.name, path);
	const found = row ?? knownInMacro(program, call.callee.name, path, MACRO_DEPTH);
	return found && concernsMm(found) ? { kind: "call", row: found, call, ...(fn ? { fn } : {}), inside: row === undefined } : undefined;
}

/** A call through a field that only the kernel itself sets. */
function fieldCallSubject(program: Program, call: CallExpr, fn: FunctionDef): Subject | undefined {
	if (call.callee.e !== "field") return undefined;
	const struct = typeOf(program, fn, call.callee.base)?.type.name;
	const row = struct === undefined ? undefined : program.kernel.fieldFunction(struct, call.callee.field);
	return row && concernsMm(row) ? { kind: "call", row, call, fn, inside: false } : undefined;
}

function fieldSubject(program: Program, expr: Expr, fn: FunctionDef): Subject | undefined {
	const slot = slotOf(program, fn, expr);
	const holdsMm = isMm(program, typeOf(program, fn, expr));
	if (slot) return { kind: "field", slot, isMm: holdsMm, fn };
	return holdsMm ? { kind: "path", expr, fn } : undefined;
}

function inFunction(program: Program, text: string, word: Word, fn: FunctionDef): Subject | undefined {
	const base = program.placed(fn).start;
	const at = word.start - base;
	const params = fn.facts.params.map((param) => param.name);
	const body = separateScopes(fn.facts.body, params);
	const variable = (name: string): Subject | undefined =>
		isMm(program, typeOf(program, fn, { e: "name", name, at })) ? { kind: "variable", name, fn } : undefined;
	for (const expr of everyExpr(body)) {
		if (expr.e === "call") {
			const { callee } = expr;
			if (callee.e === "name" && callee.at === at) return callSubject(program, fn.file, expr, fn);
			if (callee.e === "field" && callee.field === word.name && fieldNameAt(text, base, callee) === word.start) {
				const known = fieldCallSubject(program, expr, fn);
				if (known) return known;
			}
		}
		if (expr.e === "field" && expr.field === word.name && fieldNameAt(text, base, expr) === word.start)
			return fieldSubject(program, expr, fn);
		if (expr.e === "name" && expr.at === at) return variable(expr.name);
	}
	for (const stmt of everyStmt(body)) {
		if (stmt.s !== "declare" || stmt.at > at || stmt.name.replace(/'.*$/, "") !== word.name) continue;
		if (/^[\s*]*$/.test(text.slice(base + stmt.at, word.start)) && localsOf(program.bodyOf(fn)).has(stmt.name)) return variable(stmt.name);
	}
	return isInHead(text, word, program.placed(fn)) && params.includes(word.name) ? variable(word.name) : undefined;
}

/** Whether a word stands between the name of a function and its body. */
function isInHead(text: string, word: Word, facts: FunctionFacts): boolean {
	const name = facts.start + facts.nameAt;
	return word.start > name && word.start < text.indexOf("{", name);
}

/** What stands at a word of a file; undefined when it has nothing to do with an mm. Asks for no further files. */
export function subjectAt(program: Program, path: string, text: string, word: Word): Subject | undefined {
	const pieces = program.tree.files.get(path)?.pieces;
	const piece = pieces?.at(word.start);
	if (pieces === undefined || piece === undefined) return undefined;
	const facts = pieces.facts(piece);
	return program.quietly(() => {
		const start = (of: FunctionFacts | MacroFacts): number => pieces.offsetNow(of.start);
		const fn = facts.functions.find(
			(candidate) => start(candidate) <= word.start && word.start < start(candidate) + candidate.end - candidate.start,
		);
		const def = fn && program.functionsNamed(fn.name, path).find((candidate) => candidate.facts === fn);
		if (def) return inFunction(program, text, word, def);
		for (const macro of facts.macros)
			for (const expr of everyExpr(bodyOfMacro(macro) ?? []))
				if (expr.e === "call" && expr.callee.e === "name" && expr.callee.name === word.name && start(macro) + expr.callee.at === word.start)
					return callSubject(program, path, expr, undefined);
		return declaredField(program, path, pieces, facts.structs, text, word);
	});
}

/** A field at its declaration. */
function declaredField(
	program: Program,
	path: string,
	pieces: Pieces,
	structs: readonly StructFacts[],
	text: string,
	word: Word,
): Subject | undefined {
	const line = text.slice(0, word.start).split("\n").length - 1;
	const column = word.start - (text.lastIndexOf("\n", word.start - 1) + 1);
	for (const struct of structs) {
		const field = struct.fields.find((candidate) => pieces.lineNow(candidate.line) === line && candidate.column === column);
		if (!field || field.name !== word.name) continue;
		const def = structOf(program, { type: { kind: struct.kind, name: struct.tag, stars: 0 }, file: path });
		if (!def) return undefined;
		return { kind: "field", slot: { struct: def, field: field.name }, isMm: isMm(program, { type: field.type, file: path }) };
	}
	return undefined;
}

/** Statements, structured as they are written. */

import { declaratorsOf, nameOf, readSpecifiers, typeOf } from "./declarators.ts";
import { callOf, opaque, readExpr, salvage } from "./expressions.ts";
import type { Source } from "./source.ts";
import { deepest, markAt, meaningful, position, reasonFor, written } from "./source.ts";
import type { NodeId } from "./tree.ts";
import { none } from "./tree.ts";
import type { Expr, Stmt } from "./types.ts";

/** The statements between the braces of a `compound_statement`. */
export function readBlock(source: Source, node: NodeId, depth: number): Stmt[] {
	return readItems(source, node, source.nodes.first(node), depth);
}

/** The statements among the children of `parent` from `from` on. */
function readItems(source: Source, parent: NodeId, from: NodeId, depth: number): Stmt[] {
	const { nodes } = source;
	const found: Stmt[] = [];
	for (let child = from; child !== none; child = nodes.after(child, parent)) {
		if (!nodes.named(child)) continue;
		const after = nodes.after(child, parent);
		const each = after === none ? undefined : looseLoop(source, child, after, depth);
		if (each === undefined) readStatement(source, child, depth, found);
		else {
			found.push(each);
			child = after;
		}
	}
	return found;
}

/** A macro loop that the dialect pass left alone: the parser saw a call, a missing `;` and a block. */
function looseLoop(source: Source, call: NodeId, block: NodeId, depth: number): Stmt | undefined {
	const { nodes } = source;
	if (nodes.type(call) !== "expression_statement" || nodes.type(block) !== "compound_statement") return undefined;
	if (nodes.child(call, "MISSING") === none) return undefined;
	const [expr] = meaningful(source, call);
	if (expr === undefined || nodes.type(expr) !== "call_expression") return undefined;
	return {
		s: "loop",
		kind: "each",
		init: [],
		test: readExpr(source, expr, depth + 1),
		body: readBlock(source, block, depth + 1),
		at: position(source, call),
	};
}

/** The statements of one node as a list. */
function listOf(source: Source, node: NodeId, depth: number): Stmt[] {
	if (node === none) return [];
	const found: Stmt[] = [];
	if (source.nodes.type(node) === "compound_statement") return depth > deepest ? tooDeep(source, node) : readBlock(source, node, depth);
	readStatement(source, node, depth, found);
	return found;
}

function tooDeep(source: Source, node: NodeId): Stmt[] {
	return [{ s: "hole", why: "nested too deeply", at: position(source, node) }];
}

const directives = new Set(["preproc_def", "preproc_function_def", "preproc_call", "preproc_include", "preproc_directive"]);

/** Adds the statements that a node stands for. */
function readStatement(source: Source, node: NodeId, depth: number, into: Stmt[]): void {
	const { nodes } = source;
	const at = position(source, node);
	const type = nodes.type(node);
	if (depth > deepest) {
		into.push(...tooDeep(source, node));
		return;
	}
	switch (type) {
		case "expression_statement": {
			readExpressionStatement(source, node, depth, into);
			return;
		}
		case "declaration":
			readDeclaration(source, node, depth, into);
			return;
		case "compound_statement":
			into.push({ s: "block", body: readBlock(source, node, depth + 1), at });
			return;
		case "if_statement":
			into.push(readIf(source, node, depth));
			return;
		case "while_statement":
			into.push(readWhile(source, node, depth));
			return;
		case "do_statement": {
			const [body, test] = meaningful(source, node);
			into.push({
				s: "loop",
				kind: "do",
				init: [],
				...doTest(source, node, test, depth),
				body: listOf(source, body ?? none, depth + 1),
				at,
			});
			return;
		}
		case "for_statement":
			into.push(readFor(source, node, depth));
			return;
		case "switch_statement": {
			const [value, body] = meaningful(source, node);
			const expr = value === undefined ? opaque(source, node) : readExpr(source, value, depth + 1);
			into.push({ s: "switch", value: expr, body: body === undefined ? [] : listOf(source, body, depth + 1), at });
			return;
		}
		case "case_statement":
			readCase(source, node, depth, into);
			return;
		case "labeled_statement": {
			const label = nodes.child(node, "statement_identifier");
			into.push({ s: "label", name: label === none ? "" : written(source, label), at });
			for (const child of meaningful(source, node)) if (child !== label) readStatement(source, child, depth + 1, into);
			return;
		}
		case "goto_statement": {
			const label = nodes.child(node, "statement_identifier");
			if (label === none) into.push({ s: "hole", why: "a computed goto", at });
			else into.push({ s: "goto", label: written(source, label), at });
			return;
		}
		case "break_statement":
			into.push({ s: "break", at });
			return;
		case "continue_statement":
			into.push({ s: "continue", at });
			return;
		case "return_statement": {
			const [value] = meaningful(source, node);
			if (value === undefined) into.push({ s: "return", at });
			else into.push({ s: "return", value: readExpr(source, value, depth + 1), at });
			return;
		}
		case "preproc_if":
		case "preproc_ifdef":
			into.push({ s: "arms", ...readArms(source, node, depth), at });
			return;
		case "preproc_else":
		case "preproc_elif":
		case "preproc_elifdef":
			return;
		case "attributed_statement":
			for (const child of meaningful(source, node))
				if (nodes.type(child) !== "attribute_declaration") readStatement(source, child, depth + 1, into);
			return;
		case "ERROR":
			into.push({ s: "hole", why: reasonFor(source, node), at });
			for (const child of meaningful(source, node)) readStatement(source, child, depth + 1, into);
			return;
		case "MISSING":
			into.push({ s: "hole", why: reasonFor(source, node), at });
			return;
		case "function_definition":
			readNestedDefinition(source, node, depth, into);
			return;
		case "type_definition":
		case "struct_specifier":
		case "union_specifier":
			for (const child of [node, ...meaningful(source, node)]) {
				if (nodes.child(child, "field_declaration_list") !== none) source.nestedStruct(child, "");
			}
			return;
		default:
			if (directives.has(type)) return;
			if (type.endsWith("_expression")) into.push({ s: "expr", expr: readExpr(source, node, depth + 1), at });
	}
}

/** An expression statement; what an ERROR node hides in it is kept as a further statement. */
function readExpressionStatement(source: Source, node: NodeId, depth: number, into: Stmt[]): void {
	const { nodes } = source;
	const at = position(source, node);
	const parts: NodeId[] = [];
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (type === "MISSING") into.push({ s: "hole", why: reasonFor(source, child), at: position(source, child) });
		else if (nodes.named(child)) parts.push(child);
		if (type === "ERROR") into.push({ s: "hole", why: reasonFor(source, child), at: position(source, child) });
	}
	const [only] = parts;
	if (only === undefined) return;
	const expr = parts.length === 1 ? readExpr(source, only, depth + 1) : salvage(source, parts, depth + 1);
	into.push({ s: "expr", expr, at });
}

/** One `declare` for each declarator. A prototype inside a function declares nothing. */
function readDeclaration(source: Source, node: NodeId, depth: number, into: Stmt[]): void {
	const { nodes } = source;
	const declarators = declaratorsOf(source, node);
	const first = declarators[0];
	const base = readSpecifiers(source, node, first === undefined ? "" : `::${nameOf(source, first)}`);
	let isStatic = false;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (type === "storage_class_specifier" && written(source, child) === "static") isStatic = true;
		if (type === "ERROR") {
			into.push({ s: "hole", why: reasonFor(source, child), at: position(source, child) });
			for (const part of meaningful(source, child)) readStatement(source, part, depth + 1, into);
		}
	}
	for (const declarator of declarators) {
		const name = nameOf(source, declarator);
		if (name === "") continue;
		const init = initializerOf(source, declarator, depth);
		const type = typeOf(source, base, declarator);
		into.push({
			s: "declare",
			name,
			type,
			static: isStatic,
			...cleanupOf(source, declarator, name),
			...init,
			at: position(source, declarator),
		});
	}
}

/** The cleanup attribute behind a variable's name, which the dialect pass has blanked out of the tree. */
function cleanupOf(source: Source, declarator: NodeId, name: string): { readonly cleanup?: string } {
	const { text, marks, nodes } = source;
	const start = nodes.start(declarator);
	const named = pastMatch(/[\s*]*/y, text, start);
	if (!text.startsWith(name, named)) return {};
	const behind = pastMatch(/\s+/y, text, named + name.length);
	const mark = marks.get(behind);
	if (mark?.kind !== "cleanup") return {};
	const word = /\(\s*(\w+)/.exec(text.slice(behind, mark.end))?.[1];
	return word === undefined ? {} : { cleanup: word };
}

/** The offset past what a sticky pattern matches at one; that one where it does not. */
function pastMatch(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : at;
}

/** The initial value that an `init_declarator` gives. */
export function initializerOf(source: Source, declarator: NodeId, depth: number): { init?: Expr } {
	const { nodes } = source;
	if (nodes.type(declarator) !== "init_declarator") return {};
	let value: NodeId = none;
	let seen = false;
	for (let child = nodes.first(declarator); child !== none; child = nodes.after(child, declarator)) {
		const type = nodes.type(child);
		if (type === "=") seen = true;
		else if (seen && nodes.named(child) && type !== "ERROR" && type !== "MISSING") value = child;
	}
	return value === none ? {} : { init: readExpr(source, value, depth + 1) };
}

function maybeTest(source: Source, node: NodeId | undefined, depth: number): { test?: Expr } {
	return node === undefined || node === none ? {} : { test: readExpr(source, node, depth + 1) };
}

/** What stands behind `while`; `do { … } macro(a, b);` has the call of a macro as its test. */
function doTest(source: Source, node: NodeId, test: NodeId | undefined, depth: number): { test?: Expr } {
	const keyword = source.nodes.child(node, "while");
	const name = keyword === none ? "while" : wordAt(source.text, source.nodes.start(keyword));
	if (name === "while" || name === "" || test === undefined) return maybeTest(source, test, depth);
	return { test: callOf(source, name, position(source, keyword), test, depth) };
}

/** `if`, with `else if` as an `if` in the `else` list. */
function readIf(source: Source, node: NodeId, depth: number): Stmt {
	const { nodes } = source;
	const parts = meaningful(source, node);
	const test = parts[0];
	let then: NodeId = none;
	let otherwise: NodeId = none;
	for (const part of parts.slice(1)) {
		if (nodes.type(part) === "else_clause") otherwise = meaningful(source, part)[0] ?? none;
		else if (then === none) then = part;
	}
	const at = position(source, node);
	// Another macro with a block behind it was rewritten as an `if`: the block may run.
	const name = wordAt(source.text, nodes.start(node));
	const isMacro = name !== "if" && markAt(source, node, "block") !== undefined;
	const read = (id: NodeId): Expr => (isMacro ? callOf(source, name, at, id, depth) : readExpr(source, id, depth + 1));
	return {
		s: "if",
		test: test === undefined ? opaque(source, node) : read(test),
		then: listOf(source, then, depth + 1),
		else: listOf(source, otherwise, depth + 1),
		at,
	};
}

/** `while`, or a macro loop that the dialect pass turned into one: then the text does not say `while`. */
function readWhile(source: Source, node: NodeId, depth: number): Stmt {
	const [test, body] = meaningful(source, node);
	const at = position(source, node);
	const statements = listOf(source, body ?? none, depth + 1);
	const name = wordAt(source.text, source.nodes.start(node));
	if (name === "while" || name === "" || test === undefined) {
		return { s: "loop", kind: "while", init: [], ...maybeTest(source, test, depth), body: statements, at };
	}
	return { s: "loop", kind: "each", init: [], test: callOf(source, name, at, test, depth), body: statements, at };
}

/** The identifier that begins at an offset, or the empty text. */
function wordAt(text: string, offset: number): string {
	let end = offset;
	while (end < text.length && /\w/.test(text[end] ?? "")) end++;
	return text.slice(offset, end);
}

/** `for`. */
function readFor(source: Source, node: NodeId, depth: number): Stmt {
	const { nodes } = source;
	const init: Stmt[] = [];
	let test: NodeId | undefined;
	let step: NodeId | undefined;
	let body: NodeId = none;
	let part = 0;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (type === ";") part++;
		else if (type === ")") part = 3;
		else if (!nodes.named(child) || type === "ERROR" || type === "MISSING") continue;
		else if (part === 0 && type === "declaration") {
			readStatement(source, child, depth + 1, init);
			part = 1;
		} else if (part === 0) init.push({ s: "expr", expr: readExpr(source, child, depth + 1), at: position(source, child) });
		else if (part === 1) test = child;
		else if (part === 2) step = child;
		else body = child;
	}
	return {
		s: "loop",
		kind: "for",
		init,
		...maybeTest(source, test, depth),
		...(step === undefined ? {} : { step: readExpr(source, step, depth + 1) }),
		body: listOf(source, body, depth + 1),
		at: position(source, node),
	};
}

/** `case x:` or `default:` and the statements behind it. */
function readCase(source: Source, node: NodeId, depth: number, into: Stmt[]): void {
	const { nodes } = source;
	const at = position(source, node);
	let value: NodeId = none;
	let colon: NodeId = none;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		if (nodes.type(child) === ":") {
			colon = child;
			break;
		}
		if (nodes.named(child) && value === none) value = child;
	}
	if (value === none) into.push({ s: "case", at });
	else into.push({ s: "case", value: readExpr(source, value, depth + 1), at });
	if (colon !== none) into.push(...readItems(source, node, nodes.after(colon, node), depth + 1));
}

/** The arms of an `#if … #elif … #else … #endif`; without `#else` the last arm is empty. */
function readArms(source: Source, node: NodeId, depth: number): { arms: Stmt[][]; tests: string[] } {
	const { nodes } = source;
	const arms: Stmt[][] = [];
	const tests: string[] = [];
	let current = node;
	for (let level = 0; level < deepest; level++) {
		let items: NodeId = none;
		let alternative: NodeId = none;
		// Behind the directive word stands a condition or a name; what follows are statements.
		let head = nodes.type(current) === "preproc_else" ? 0 : 1;
		for (let child = nodes.first(current); child !== none; child = nodes.after(child, current)) {
			const type = nodes.type(child);
			if (type === "preproc_else" || type === "preproc_elif" || type === "preproc_elifdef") alternative = child;
			if (!nodes.named(child) || items !== none) continue;
			if (head > 0) {
				head--;
				tests.push(conditionText(source, current, child));
			} else items = child;
		}
		arms.push(items === none ? [] : readItems(source, current, items, depth + 1));
		if (alternative === none) {
			if (nodes.type(current) !== "preproc_else") arms.push([]);
			break;
		}
		current = alternative;
	}
	return { arms, tests };
}

/** What a directive tests: `X` for `#ifdef X` and `#if defined(X)`, `!X` for `#ifndef X`, else the expression with blanks squeezed. */
function conditionText(source: Source, directive: NodeId, condition: NodeId): string {
	const { nodes } = source;
	const written = source.text.slice(nodes.start(condition), nodes.end(condition)).replace(/\s+/g, " ").trim();
	const negative = /^#\s*(?:el)?ifndef\b/.test(source.text.slice(nodes.start(directive), nodes.start(condition)));
	const plain = written.replace(/^(!?)\s*(?:defined|IS_ENABLED)\s*\(?\s*(\w+)\s*\)?$/, "$1$2");
	return negative ? `!${plain}` : plain;
}

/** What the parser took for a function inside a function: a macro loop `for_each_x(a) { … }`, or a nested function (a GNU extension). */
function readNestedDefinition(source: Source, node: NodeId, depth: number, into: Stmt[]): void {
	const { nodes } = source;
	const at = position(source, node);
	into.push({ s: "hole", why: `a definition inside a function: ${reasonFor(source, node)}`, at });
	const body = nodes.child(node, "compound_statement");
	if (body !== none) into.push({ s: "arms", arms: [readBlock(source, body, depth + 1), []], at });
}

/** Expressions. */

import { looksLikeType, readDescriptor, typeFromText } from "./declarators.ts";
import type { Source } from "./source.ts";
import { deepest, markAt, meaningful, parsed, position, written } from "./source.ts";
import type { NodeId } from "./tree.ts";
import { none } from "./tree.ts";
import type { Expr, InitializerEntry, Stmt } from "./types.ts";

/** Longest chain `a + b + c …` that is kept as written (leaning left); a longer one is halved into a balanced tree. */
const longestChain = 100;

/** An expression that is not modelled, with the identifiers in it. */
export function opaque(source: Source, node: NodeId): Expr {
	const { nodes } = source;
	const names = new Set<string>();
	for (let id = node, end = nodes.next(node); id < end; id++) if (nodes.type(id) === "identifier") names.add(written(source, id));
	return { e: "opaque", names: [...names], at: position(source, node) };
}

/** The expression at a node. Parentheses are dropped. */
export function readExpr(source: Source, node: NodeId, depth: number): Expr {
	if (depth > deepest) return opaque(source, node);
	const { nodes } = source;
	const at = position(source, node);
	const type = nodes.type(node);
	switch (type) {
		case "identifier":
		case "field_identifier":
		case "type_identifier":
		case "primitive_type":
			return readName(source, node);
		case "true":
		case "false":
		case "null":
			return { e: "name", name: written(source, node), at };
		case "number_literal":
		case "string_literal":
		case "char_literal":
		case "concatenated_string":
			return readLiteral(source, node);
		case "call_expression":
			return readCall(source, node, depth);
		case "field_expression":
			return readField(source, node, depth);
		case "binary_expression":
		case "comma_expression":
			return readBinary(source, node, depth);
		case "assignment_expression": {
			const [left, right] = meaningful(source, node);
			if (left === undefined || right === undefined) return opaque(source, node);
			if (isMacroCall(source, node)) return readMacroCall(source, node, left, right, depth);
			return {
				e: "assign",
				op: operatorOf(source, node),
				left: readExpr(source, left, depth + 1),
				right: readExpr(source, right, depth + 1),
				at,
			};
		}
		case "update_expression": {
			const [arg] = meaningful(source, node);
			if (arg === undefined) return opaque(source, node);
			const op = operatorOf(source, node) === "--" ? "-=" : "+=";
			return { e: "assign", op, left: readExpr(source, arg, depth + 1), right: { e: "literal", text: "1", at }, at };
		}
		case "pointer_expression":
		case "unary_expression": {
			const [arg] = meaningful(source, node);
			if (arg === undefined) return opaque(source, node);
			return { e: "unary", op: operatorOf(source, node), arg: readExpr(source, arg, depth + 1), at };
		}
		case "parenthesized_expression": {
			const [inner] = meaningful(source, node);
			if (inner !== undefined && source.text[nodes.start(node)] === "{") return readBraces(source, inner, at, depth + 1);
			return inner === undefined ? opaque(source, node) : readExpr(source, inner, depth + 1);
		}
		case "extension_expression": {
			const [inner] = meaningful(source, node);
			return inner === undefined ? opaque(source, node) : readExpr(source, inner, depth + 1);
		}
		case "compound_statement":
			return { e: "block", body: readGuarded(source, node, at, depth + 1), at };
		case "conditional_expression":
			return readConditional(source, node, depth);
		case "subscript_expression": {
			const [base, index] = meaningful(source, node);
			if (base === undefined || index === undefined) return opaque(source, node);
			return { e: "index", base: readExpr(source, base, depth + 1), index: readExpr(source, index, depth + 1), at };
		}
		case "cast_expression": {
			const [descriptor, value] = meaningful(source, node);
			if (descriptor === undefined || value === undefined) return opaque(source, node);
			return { e: "cast", type: readDescriptor(source, descriptor), arg: readExpr(source, value, depth + 1), at };
		}
		case "compound_literal_expression": {
			const [descriptor, list] = meaningful(source, node);
			if (descriptor === undefined || list === undefined) return opaque(source, node);
			return { e: "initializer", entries: readEntries(source, list, depth + 1), type: readDescriptor(source, descriptor), at };
		}
		case "initializer_list":
			return { e: "initializer", entries: readEntries(source, node, depth + 1), at };
		case "type_descriptor":
			return { e: "type", type: readDescriptor(source, node), at };
		case "sizeof_expression":
		case "alignof_expression":
		case "offsetof_expression":
			return readOperatorCall(source, node, depth);
		case "generic_expression":
			return readGeneric(source, node, depth);
		default:
			return opaque(source, node);
	}
}

/** The statements of a block. `if (c) { f(); }` as a macro's argument was rewritten as `{ (c); f(); }`. */
function readGuarded(source: Source, node: NodeId, at: number, depth: number): Stmt[] {
	const body = source.block(source, node, depth);
	const [first, ...rest] = body;
	if (!/^if\b/.test(source.text.slice(source.nodes.start(node), source.nodes.start(node) + 3)) || first?.s !== "expr") return body;
	return [{ s: "if", test: first.expr, then: rest, else: [], at }];
}

/** `_Generic(value, type: a(), default: b())`: any of the calls may be made. The value that decides is not evaluated. */
function readGeneric(source: Source, node: NodeId, depth: number): Expr {
	const { nodes } = source;
	const at = position(source, node);
	const values = meaningful(source, node)
		.slice(1)
		.filter((child) => nodes.type(child) !== "type_descriptor")
		.map((child) => readExpr(source, child, depth + 1));
	const last = values.pop();
	if (last === undefined || !holdsCall(source, node)) return opaque(source, node);
	return values.reduceRight<Expr>(
		(other, value) => ({ e: "conditional", test: { e: "opaque", names: [], at }, then: value, else: other, at }),
		last,
	);
}

function holdsCall(source: Source, node: NodeId): boolean {
	const { nodes } = source;
	for (let id = node, end = nodes.next(node); id < end; id++) if (nodes.type(id) === "call_expression") return true;
	return false;
}

/** An identifier; a type where it is one, or where the dialect pass put an identifier in the place of one. */
function readName(source: Source, node: NodeId): Expr {
	const at = position(source, node);
	const text = written(source, node);
	const seen = parsed(source, node);
	if (text === seen) {
		if (looksLikeType(text)) return { e: "type", type: typeFromText(text), at };
		return { e: "name", name: text, at };
	}
	const type = markAt(source, node, "type");
	if (type !== undefined) return { e: "type", type: typeFromText(source.text.slice(source.nodes.start(node), type.end)), at };
	// In a macro body: `#x` makes a string of a parameter, `a ## b` one name of two.
	if (text.includes("##")) return { e: "name", name: text.replace(/\s+/g, ""), at };
	if (text.startsWith("#")) return { e: "literal", text, at };
	// An operator, a jump or a string as a macro's argument.
	return /^[A-Za-z_]\w*\s*$/.test(text) ? { e: "name", name: text.trim(), at } : { e: "opaque", names: [], at };
}

/** A literal; a number that the dialect pass put where an argument is missing is nothing. */
function readLiteral(source: Source, node: NodeId): Expr {
	const at = position(source, node);
	const text = written(source, node);
	return text.trim() === "" || text === "(" ? { e: "opaque", names: [], at } : { e: "literal", text, at };
}

/** The operator among the children of an operation. */
function operatorOf(source: Source, node: NodeId): string {
	const { nodes } = source;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		// `case 1 ... 3` was rewritten.
		if (!nodes.named(child)) return source.text.startsWith("...", nodes.start(child)) ? "..." : nodes.type(child);
	}
	return "";
}

/** A call with its arguments. What the parser could not place among them is kept at the end when it holds calls. */
function readCall(source: Source, node: NodeId, depth: number): Expr {
	const [callee, list] = meaningful(source, node);
	if (callee === undefined) return opaque(source, node);
	const args = list === undefined ? [] : readArguments(source, list, depth + 1);
	return {
		e: "call",
		callee: readExpr(source, callee, depth + 1),
		args,
		at: position(source, node),
		end: source.nodes.end(node) - source.base,
	};
}

/** The call that was written as a macro's name and parenthesised arguments elsewhere: `while (a, b)` for a loop macro. */
export function callOf(source: Source, name: string, at: number, list: NodeId, depth: number): Expr {
	const args = meaningful(source, list).flatMap((inner) => operandsOf(source, inner, "comma_expression"));
	const read = args.map((arg) => readExpr(source, arg, depth + 1));
	const only = read[0];
	const isEmpty = read.length === 1 && only?.e === "opaque" && only.names.length === 0;
	return { e: "call", callee: { e: "name", name, at }, args: isEmpty ? [] : read, at, end: source.nodes.end(list) - source.base };
}

/** Whether an expression is a macro invocation that the dialect pass wrote as `macro=a|b;` where there was no room for a semicolon. */
export function isMacroCall(source: Source, node: NodeId): boolean {
	const { nodes, text } = source;
	if (nodes.type(node) !== "assignment_expression" || markAt(source, node, "macro") === undefined) return false;
	const operator = nodes.after(nodes.first(node), node);
	return operator !== none && text[nodes.start(operator)] === "(";
}

/** `macro=a|b` stands for `macro(a, b)`. */
function readMacroCall(source: Source, node: NodeId, left: NodeId, right: NodeId, depth: number): Expr {
	const isComma = (id: NodeId): boolean => source.text[source.nodes.start(id)] === ",";
	const args = operandsOf(source, right, "binary_expression", isComma).map((arg) => readExpr(source, arg, depth + 1));
	return {
		e: "call",
		callee: readExpr(source, left, depth + 1),
		args,
		at: position(source, node),
		end: source.nodes.end(node) + 1 - source.base,
	};
}

/** The operands of nested operations of one kind, in order. `joins` looks at the operator. */
function operandsOf(source: Source, node: NodeId, type: string, joins: (operator: NodeId) => boolean = () => true): NodeId[] {
	const { nodes } = source;
	const found: NodeId[] = [];
	const waiting: NodeId[] = [node];
	for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
		const [left, right] = nodes.type(next) === type ? meaningful(source, next) : [];
		if (left !== undefined && right !== undefined && joins(nodes.after(left, next))) waiting.push(right, left);
		else found.push(next);
	}
	return found;
}

/** `(1, a = 2)` stands for the initializer `{ 1, .a = 2 }` as a macro's argument. */
function readBraces(source: Source, inner: NodeId, at: number, depth: number): Expr {
	const entries = operandsOf(source, inner, "comma_expression").map((part): InitializerEntry => {
		const value = readExpr(source, part, depth + 1);
		return value.e === "assign" && value.left.e === "name" ? { path: value.left.name, value: value.right } : { value };
	});
	return { e: "initializer", entries, at };
}

/** The arguments of a call; one that holds an ERROR node is opaque, so that the others keep their places. */
function readArguments(source: Source, list: NodeId, depth: number): Expr[] {
	const { nodes } = source;
	const args: Expr[] = [];
	let current: NodeId[] = [];
	const close = (): void => {
		const only = current.length === 1 ? current[0] : undefined;
		const first = current[0];
		if (first === undefined) return;
		if (only !== undefined && nodes.type(only) !== "ERROR") args.push(readExpr(source, only, depth));
		else {
			const end = nodes.end(current.at(-1) ?? first);
			const text = source.text.slice(nodes.start(first), end);
			if (looksLikeType(text)) args.push({ e: "type", type: typeFromText(text), at: position(source, first) });
			else args.push(salvage(source, current, depth));
		}
		current = [];
	};
	for (let child = nodes.first(list); child !== none; child = nodes.after(child, list)) {
		const type = nodes.type(child);
		if (type === ",") close();
		else if (nodes.named(child) && type !== "MISSING") current.push(child);
	}
	close();
	return args;
}

/** What is left of nodes that do not fit together: their parts as one comma expression, ERROR nodes as opaque ones. */
export function salvage(source: Source, parts: readonly NodeId[], depth: number): Expr {
	const { nodes } = source;
	const found: Expr[] = [];
	for (const part of parts) {
		if (nodes.type(part) !== "ERROR") found.push(readExpr(source, part, depth + 1));
		else {
			found.push(opaque(source, part));
			for (const child of meaningful(source, part))
				if (nodes.type(child).endsWith("_expression")) found.push(readExpr(source, child, depth + 1));
		}
	}
	const first = found[0] ?? { e: "opaque", names: [], at: 0 };
	return found.slice(1).reduce((left, right): Expr => ({ e: "binary", op: ",", left, right, at: left.at }), first);
}

/** `base.field`, `base->field`. Long paths are followed without recursion. */
function readField(source: Source, node: NodeId, depth: number): Expr {
	const { nodes } = source;
	const spine: NodeId[] = [];
	let current = node;
	while (nodes.type(current) === "field_expression") {
		const [base, field] = meaningful(source, current);
		if (base === undefined || field === undefined) break;
		spine.push(current);
		current = base;
	}
	if (spine.length === 0 || spine.length > longestChain) return opaque(source, node);
	let expr = readExpr(source, current, depth + 1);
	for (let level = spine.length - 1; level >= 0; level--) {
		const id = spine[level] ?? node;
		const field = meaningful(source, id)[1] ?? id;
		expr = { e: "field", base: expr, field: written(source, field), arrow: operatorOf(source, id) === "->", at: position(source, id) };
	}
	return expr;
}

/** A binary operation or comma expression; chains that lean left are followed without recursion. */
function readBinary(source: Source, node: NodeId, depth: number): Expr {
	const { nodes } = source;
	const rights: { op: string; right: NodeId }[] = [];
	let current = node;
	for (;;) {
		const type = nodes.type(current);
		if (type !== "binary_expression" && type !== "comma_expression") break;
		const [left, right] = meaningful(source, current);
		if (left === undefined || right === undefined) break;
		rights.push({ op: operatorOf(source, current), right });
		current = left;
	}
	if (rights.length === 0) return opaque(source, node);
	const first = readExpr(source, current, depth + 1);
	const operands = [first];
	for (let index = rights.length - 1; index >= 0; index--) operands.push(readExpr(source, rights[index]?.right ?? current, depth + 1));
	const ops = rights.map((right) => right.op).reverse();
	if (operands.length <= longestChain) return leaning(operands, ops);
	// Only operators that do not care how they are grouped.
	if (ops.some((op) => op !== ops[0]) || !["+", "*", "|", "&", "^", "||", "&&", ","].includes(ops[0] ?? "")) return opaque(source, node);
	return balanced(operands, ops[0] ?? "+");
}

/** `((a + b) + c)`. */
function leaning(operands: readonly Expr[], ops: readonly string[]): Expr {
	let left = operands[0] ?? { e: "opaque", names: [], at: 0 };
	for (let index = 1; index < operands.length; index++) {
		left = { e: "binary", op: ops[index - 1] ?? ",", left, right: operands[index] ?? left, at: left.at };
	}
	return left;
}

/** `((a + b) + (c + d))`. */
function balanced(operands: readonly Expr[], op: string): Expr {
	if (operands.length <= 2) return leaning(operands, [op]);
	const half = operands.length >> 1;
	const left = balanced(operands.slice(0, half), op);
	return { e: "binary", op, left, right: balanced(operands.slice(half), op), at: left.at };
}

/** `test ? then : else`; `test ?: else` has no `then`. */
function readConditional(source: Source, node: NodeId, depth: number): Expr {
	const { nodes } = source;
	let test: NodeId = none;
	let then: NodeId = none;
	let other: NodeId = none;
	let part = 0;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (type === "?") part = 1;
		else if (type === ":") part = 2;
		else if (!nodes.named(child) || type === "ERROR" || type === "MISSING") continue;
		else if (part === 0) test = child;
		else if (part === 1) then = child;
		else other = child;
	}
	if (test === none || other === none) return opaque(source, node);
	const read = (id: NodeId): Expr => readExpr(source, id, depth + 1);
	const at = position(source, node);
	if (then === none) return { e: "conditional", test: read(test), else: read(other), at };
	return { e: "conditional", test: read(test), then: read(then), else: read(other), at };
}

/** `sizeof`, `_Alignof`, `offsetof`: a call of that name, with the type or expression as its argument. */
function readOperatorCall(source: Source, node: NodeId, depth: number): Expr {
	const at = position(source, node);
	const name = /^\w+/.exec(written(source, node))?.[0] ?? "sizeof";
	const args = meaningful(source, node).map((child) => readExpr(source, child, depth + 1));
	return { e: "call", callee: { e: "name", name, at }, args, at, end: source.nodes.end(node) - source.base };
}

/** The entries of an initializer list. */
function readEntries(source: Source, list: NodeId, depth: number): InitializerEntry[] {
	const { nodes } = source;
	const entries: InitializerEntry[] = [];
	for (const child of meaningful(source, list)) {
		if (nodes.type(child) !== "initializer_pair") {
			entries.push({ value: readExpr(source, child, depth) });
			continue;
		}
		let path = "";
		let value: NodeId = none;
		for (const part of meaningful(source, child)) {
			const type = nodes.type(part);
			if (type === "field_designator") path += (path === "" ? "" : ".") + written(source, part).slice(1).trim();
			else if (type === "subscript_designator" || type === "subscript_range_designator") path += written(source, part).replace(/\s+/g, " ");
			else if (type === "field_identifier" && path === "") path = written(source, part);
			else value = part;
		}
		const read = value === none ? opaque(source, child) : readExpr(source, value, depth);
		entries.push(path === "" ? { value: read } : { path, value: read });
	}
	return entries;
}

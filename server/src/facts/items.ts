/** What stands at file level: definitions, declarations, macro invocations. */

import type { Comment } from "./comments.ts";
import { declaratorsOf, nameNodeOf, readSpecifiers, specifierOf, typeOf } from "./declarators.ts";
import { isMacroCall, readExpr } from "./expressions.ts";
import { definedName, readFunction, readMacroFunction } from "./functions.ts";
import { lineAt, placeOf } from "./lines.ts";
import type { Source } from "./source.ts";
import { deepest, meaningful, reasonFor, written } from "./source.ts";
import { initializerOf, readBlock } from "./statements.ts";
import { readStruct } from "./structs.ts";
import type { Marks, NodeId, Nodes } from "./tree.ts";
import { none } from "./tree.ts";
import type { Expr, FunctionFacts, HoleFacts, PrototypeFacts, StructFacts, TypedefFacts, VariableFacts } from "./types.ts";

/** What was found at file level, in the order of the text. */
export interface Items {
	readonly structs: StructFacts[];
	readonly typedefs: TypedefFacts[];
	readonly prototypes: PrototypeFacts[];
	readonly variables: VariableFacts[];
	readonly functions: FunctionFacts[];
	readonly holes: HoleFacts[];
	/** Spans that look like a macro invocation which the parser took for something else. */
	readonly invocations: { readonly start: number; readonly end: number }[];
}

/** The text that a tree was made from, and what is known of it. */
export interface FileText {
	readonly text: string;
	readonly normalised: string;
	readonly marks: Marks;
	readonly comments: readonly Comment[];
	readonly lineStarts: Int32Array;
}

/** Reads one tree. */
export function readItems(nodes: Nodes, file: FileText): Items {
	const items: Items = { structs: [], typedefs: [], prototypes: [], variables: [], functions: [], holes: [], invocations: [] };
	const source: Source = {
		nodes,
		text: file.text,
		normalised: file.normalised,
		marks: file.marks,
		base: 0,
		block: readBlock,
		nestedStruct: (node, tag) => {
			const at = items.structs.push({ kind: "struct", tag, line: 0, fields: [] }) - 1;
			items.structs[at] = readStruct(source, node, tag, file);
		},
	};
	readList({ source, file, items }, 0, 0);
	readHoles(source, file, items);
	return items;
}

interface Reader {
	readonly source: Source;
	readonly file: FileText;
	readonly items: Items;
}

/** The items under the root, an `#if` arm, a linkage block or an ERROR node. */
function readList(reader: Reader, list: NodeId, depth: number): void {
	const { nodes } = reader.source;
	if (depth > deepest) return;
	for (let child = nodes.first(list); child !== none; child = nodes.after(child, list)) {
		if (!nodes.named(child)) continue;
		const after = nodes.after(child, list);
		if (after !== none && nodes.type(after) === "compound_statement" && readLooseFunction(reader, child, after)) child = after;
		else readItem(reader, child, depth);
	}
}

function readItem(reader: Reader, node: NodeId, depth: number): void {
	const { source, file, items } = reader;
	const { nodes } = source;
	const type = nodes.type(node);
	switch (type) {
		case "function_definition": {
			const facts = readFunction(source, node, file);
			if (facts !== undefined) items.functions.push(facts);
			return;
		}
		case "declaration":
			readDeclaration(reader, node);
			return;
		case "type_definition":
			readTypedef(reader, node);
			return;
		case "struct_specifier":
		case "union_specifier":
			if (nodes.child(node, "field_declaration_list") !== none) {
				const name = nodes.child(node, "type_identifier");
				source.nestedStruct(node, name === none ? "" : written(source, name));
			}
			return;
		case "expression_statement":
			for (const expr of meaningful(source, node)) {
				if (nodes.type(expr) === "call_expression" || isMacroCall(source, expr)) addInvocation(reader, expr);
			}
			return;
		case "call_expression":
			addInvocation(reader, node);
			return;
		case "preproc_if":
		case "preproc_ifdef":
		case "preproc_else":
		case "preproc_elif":
		case "preproc_elifdef":
		case "linkage_specification":
		case "declaration_list":
		case "attributed_statement":
		case "ERROR":
			readList(reader, node, depth + 1);
	}
}

/** A variable or a prototype for each declarator. */
function readDeclaration(reader: Reader, node: NodeId): void {
	const { source, file, items } = reader;
	const { nodes } = source;
	const declarators = declaratorsOf(source, node);
	const first = declarators[0];
	if (isInvocation(reader, node, first)) {
		items.invocations.push({ start: nodes.start(node), end: nodes.end(node) });
		return;
	}
	const firstName = first === undefined ? none : nameNodeOf(source, first);
	const base = readSpecifiers(source, node, firstName === none ? "" : `::${written(source, firstName)}`);
	const isStatic = /\bstatic\b/.test(file.text.slice(nodes.start(node), first === undefined ? nodes.end(node) : nodes.start(first)));
	for (const declarator of declarators) {
		const nameNode = nameNodeOf(source, declarator);
		if (nameNode === none) continue;
		const name = written(source, nameNode);
		const type = typeOf(source, base, declarator);
		if (type.kind === "function" && type.stars === 0) {
			items.prototypes.push({ name, static: isStatic, returns: type.returns ?? type, params: type.params ?? [] });
			continue;
		}
		const start = declarator === first ? nodes.start(node) : nodes.start(declarator);
		const init = initializerOf({ ...source, base: start }, declarator, 0);
		items.variables.push({ name, type, static: isStatic, ...init, ...placeOf(file.lineStarts, start, nodes.end(declarator)) });
	}
	for (const child of declarators.length === 0 ? meaningful(source, node) : []) readItem(reader, child, deepest);
}

const invocation = /^(?:(?:static|extern)\s+)?[A-Z][A-Z0-9_]*\s*\(/;

/** Whether a declaration is really `static DEFINE_SOMETHING(a, b);`. */
function isInvocation(reader: Reader, node: NodeId, first: NodeId | undefined): boolean {
	const { source } = reader;
	const { nodes } = source;
	const specifier = specifierOf(source, node);
	if (!invocation.test(source.text.slice(nodes.start(node), nodes.start(node) + 80))) return false;
	if (specifier === none || first === undefined) return true;
	const type = nodes.type(first);
	return (
		nodes.type(specifier) === "macro_type_specifier" ||
		type === "parenthesized_declarator" ||
		type === "function_declarator" ||
		type === "identifier"
	);
}

/** `typedef … name;` */
function readTypedef(reader: Reader, node: NodeId): void {
	const { source, items } = reader;
	const declarators = declaratorsOf(source, node);
	const first = declarators[0];
	const firstName = first === undefined ? none : nameNodeOf(source, first);
	const base = readSpecifiers(source, node, firstName === none ? "" : written(source, firstName));
	for (const declarator of declarators) {
		const nameNode = nameNodeOf(source, declarator);
		if (nameNode !== none) items.typedefs.push({ name: written(source, nameNode), type: typeOf(source, base, declarator) });
	}
}

/** Macros that define the variable that their first argument names. */
const definingMacro = /DEFINE|DECLARE|_HEAD$/;

/** A macro invocation at file level is kept as a variable, with the call as its initial value. */
export function invocationFacts(
	expr: Expr,
	start: number,
	end: number,
	isStatic: boolean,
	lineStarts: Int32Array,
): VariableFacts | undefined {
	if (expr.e !== "call" || expr.callee.e !== "name") return undefined;
	const arg = expr.args[0];
	const macro = expr.callee.name;
	return {
		name: arg?.e === "name" && definingMacro.test(macro) ? arg.name : macro,
		type: { kind: "unknown", name: macro, stars: 0 },
		static: isStatic,
		init: expr,
		...placeOf(lineStarts, start, end),
	};
}

function addInvocation(reader: Reader, node: NodeId): void {
	const { source, file, items } = reader;
	const at = source.nodes.start(node);
	// The dialect pass blanks `static const` in front.
	const storage = /(?:\b(?:static|extern|const|volatile)\s+)+$/.exec(file.text.slice(Math.max(0, at - 40), at))?.[0] ?? "";
	const start = at - storage.length;
	const expr = readExpr({ ...source, base: start }, node, 0);
	const facts = invocationFacts(expr, start, source.nodes.end(node), storage.includes("static"), file.lineStarts);
	if (facts !== undefined) items.variables.push(facts);
}

/** What begins a statement or a type, and is no name of a function. */
const NO_NAME = /^(?:if|else|for|while|do|switch|return|sizeof|void|struct|union|enum|const|volatile|signed|unsigned|int|long|short|char)$/;

/**
 * `SOME_MACRO(name, …) { … }`, where the dialect pass knows no better: a function named after the first argument. Where a type stands there
 * (`f(struct foo *x) … { … }`, somebody is writing), it is an ordinary function.
 */
function readLooseFunction(reader: Reader, head: NodeId, body: NodeId): boolean {
	const { source, file, items } = reader;
	const { nodes } = source;
	const type = nodes.type(head);
	if (type !== "expression_statement" && type !== "ERROR" && type !== "declaration") return false;
	const text = file.text.slice(nodes.start(head), nodes.end(head)).slice(0, 400);
	const [, called = "", first = "", behind = ""] = /^\s*(?:static\s+)?(?:\w+\s+)*?(\w+)\s*\(\s*(\w+)\s*(.?)/.exec(text) ?? [];
	if (called === "" || NO_NAME.test(called)) return false;
	const isNamed = /[,)]/.test(behind) && !NO_NAME.test(first);
	items.functions.push(readMacroFunction(source, head, body, isNamed ? definedName(called, first) : called, file));
	return true;
}

/** One line for each outermost ERROR or MISSING node. */
function readHoles(source: Source, file: FileText, items: Items): void {
	const { nodes } = source;
	if (!nodes.broken) return;
	for (let node = 1; node < nodes.size; ) {
		const type = nodes.type(node);
		if (type === "ERROR" || type === "MISSING") {
			items.holes.push({ line: lineAt(file.lineStarts, nodes.start(node)), why: reasonFor(source, node) });
			node = nodes.next(node);
		} else node++;
	}
}

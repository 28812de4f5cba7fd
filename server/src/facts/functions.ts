/** Function definitions. */

import type { Comment } from "./comments.ts";
import { commentsOfFunction, lastCommentBefore } from "./comments.ts";
import { declaratorsOf, nameNodeOf, parametersOf, readSpecifiers, specifierOf, typeOf } from "./declarators.ts";
import { placeOf } from "./lines.ts";
import type { Source } from "./source.ts";
import { deepest, markAt, written } from "./source.ts";
import { readBlock } from "./statements.ts";
import type { NodeId } from "./tree.ts";
import { none } from "./tree.ts";
import type { FunctionFacts, TypeRef } from "./types.ts";

/** What a function is described with. */
export interface FunctionText {
	readonly comments: readonly Comment[];
	readonly lineStarts: Int32Array;
}

const inlineWord = /\b(?:inline|__inline|__inline__|__always_inline|__forceinline)\b/;

/** The function at a `function_definition` node; nothing when it has no name or no body. */
export function readFunction(file: Source, node: NodeId, about: FunctionText): FunctionFacts | undefined {
	const { nodes } = file;
	const declarator = declaratorsOf(file, node)[0];
	const body = nodes.child(node, "compound_statement");
	if (declarator === undefined || body === none) return undefined;
	const nameNode = nameNodeOf(file, declarator);
	if (nameNode === none) return undefined;
	const type = typeOf(file, readSpecifiers(file, node, ""), declarator);
	const specifier = specifierOf(file, node);
	const definer = specifier !== none && markAt(file, specifier, "definer") !== undefined ? written(file, specifier) : "";
	const start = startOf(file, node, about.comments);
	const end = nodes.end(node);
	const head = file.text.slice(start, nodes.start(nameNode));
	return {
		name: definedName(definer, written(file, nameNode)),
		static: /\bstatic\b/.test(head),
		inline: inlineWord.test(head),
		returns: definer === "" ? (type.returns ?? type) : unknownReturn,
		params: type.params ?? [],
		variadic: parametersOf(file, functionDeclaratorOf(file, declarator)).variadic,
		...placeOf(about.lineStarts, start, end),
		end,
		nameAt: nodes.start(nameNode) - start,
		body: readBlock({ ...file, base: start }, body, 0),
		comments: commentsOfFunction(about.comments, file.text, start, end),
		clean: !nodes.hasError(node),
	};
}

/** The function that a defining macro makes of its first argument: `SYSCALL_DEFINE2(foo, …)` defines `__do_sys_foo`. */
export function definedName(macro: string, name: string): string {
	if (/^SYSCALL_DEFINE/.test(macro)) return `__do_sys_${name}`;
	return /^COMPAT_SYSCALL_DEFINE/.test(macro) ? `__do_compat_sys_${name}` : name;
}

const unknownReturn: TypeRef = { kind: "unknown", name: "", stars: 0 };

/**
 * A function whose head is a macro call (`BPF_CALL_2(name, …) { … }`), which the parser sees as a call, a missing `;` and a block.
 * It is named after the first argument; the parameters are not known.
 */
export function readMacroFunction(file: Source, call: NodeId, body: NodeId, name: string, about: FunctionText): FunctionFacts {
	const { nodes } = file;
	const start = startOf(file, call, about.comments);
	const end = nodes.end(body);
	return {
		name,
		static: false,
		inline: false,
		returns: unknownReturn,
		params: [],
		variadic: false,
		...placeOf(about.lineStarts, start, end),
		end,
		nameAt: Math.max(0, file.text.indexOf(name, start) - start),
		body: readBlock({ ...file, base: start }, body, 0),
		comments: commentsOfFunction(about.comments, file.text, start, end),
		clean: false,
	};
}

/** The innermost function declarator: the one that holds the name's own parameters. */
function functionDeclaratorOf(file: Source, declarator: NodeId): NodeId {
	const { nodes } = file;
	let found = none;
	let node = declarator;
	for (let level = 0; level < deepest && node !== none; level++) {
		const type = nodes.type(node);
		if (type === "function_declarator") found = node;
		if (!type.endsWith("_declarator")) break;
		node = declaratorChild(file, node);
	}
	return found;
}

function declaratorChild(file: Source, node: NodeId): NodeId {
	const { nodes } = file;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (type.endsWith("_declarator")) return child;
		if (type === "parameter_list" || type === "[") return none;
	}
	return none;
}

/** Where a definition begins, with the attributes in front of it that the dialect pass blanked out of the tree. */
function startOf(file: Source, node: NodeId, comments: readonly Comment[]): number {
	const start = file.nodes.start(node);
	let gap = start;
	while (gap > 0 && isBlank(file.normalised.charCodeAt(gap - 1))) gap--;
	if (file.text.slice(gap, start).trim() === "") return start;
	const above = lastCommentBefore(comments, start);
	if (above !== undefined && above.end > gap) gap = above.end;
	const from = Math.max(gap, start - longestAttributes);
	const words = /(?:\b[A-Za-z_]\w*(?:\([^()]*\))?\s*)+$/.exec(file.text.slice(from, start));
	if (words === null) return start;
	const found = from + words.index;
	// The words may be the end of a directive that was blanked with its line.
	const line = file.text.slice(file.text.lastIndexOf("\n", found - 1) + 1, found);
	return line.trim() === "" ? found : start;
}

/** How far in front of a definition its attributes are looked for. */
const longestAttributes = 200;

function isBlank(code: number): boolean {
	return code === 32 || (code >= 9 && code <= 13);
}

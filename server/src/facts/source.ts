/** What the readers of one tree share. */

import type { Mark, Marks, NodeId, Nodes } from "./tree.ts";
import { none } from "./tree.ts";
import type { Stmt } from "./types.ts";

/** One tree together with the texts it stands for. */
export interface Source {
	readonly nodes: Nodes;
	/** The text as it was written: names are read from here. */
	readonly text: string;
	/** The text the tree was made from, of the same length. Where the two differ the dialect pass has rewritten a token. */
	readonly normalised: string;
	/** What rewritten places stand for. */
	readonly marks: Marks;
	/** The offset that positions are relative to: where the enclosing function or macro begins. */
	readonly base: number;
	/** Takes in a `struct … { … }` met inside a type; `tag` names it when it has none of its own. */
	readonly nestedStruct: (node: NodeId, tag: string) => void;
	/** The statements of a block; here so that expressions can hold statement expressions. */
	readonly block: (source: Source, node: NodeId, depth: number) => Stmt[];
}

/** Deepest nesting of expressions and statements that is followed; what lies deeper is opaque. */
export const deepest = 400;

/** The text of a node as it was written. */
export function written(source: Source, node: NodeId): string {
	return source.text.slice(source.nodes.start(node), source.nodes.end(node));
}

/** The text of a node as it was parsed. */
export function parsed(source: Source, node: NodeId): string {
	return source.normalised.slice(source.nodes.start(node), source.nodes.end(node));
}

/** What the dialect pass said of the place where a node begins, when it is of the given kind. */
export function markAt(source: Source, node: NodeId, kind: string): Mark | undefined {
	const mark = source.marks.get(source.nodes.start(node));
	return mark?.kind === kind ? mark : undefined;
}

/** No marks. */
export const unmarked: Marks = new Map();

/** The position of a node relative to the enclosing function or macro. */
export function position(source: Source, node: NodeId): number {
	return source.nodes.start(node) - source.base;
}

/** The start of the text of a span, for messages: one line, at most 60 characters. */
export function excerpt(text: string, start: number, end: number): string {
	const line = text
		.slice(start, Math.min(end, start + 160))
		.replace(/\s+/g, " ")
		.trim();
	return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** Why a node was not understood, for people. */
export function reasonFor(source: Source, node: NodeId): string {
	const { nodes, text } = source;
	if (nodes.type(node) === "MISSING") return `something is missing before \`${excerpt(text, nodes.end(node), nodes.end(node) + 60)}\``;
	const what = excerpt(text, nodes.start(node), nodes.end(node));
	return what === "" ? "syntax that was not understood" : `not understood: \`${what}\``;
}

/** The children of a node that carry meaning: named ones without ERROR and MISSING nodes. */
export function meaningful(source: Source, node: NodeId): NodeId[] {
	const { nodes } = source;
	const found: NodeId[] = [];
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		if (!nodes.named(child)) continue;
		const type = nodes.type(child);
		if (type !== "ERROR" && type !== "MISSING") found.push(child);
	}
	return found;
}

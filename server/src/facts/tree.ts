/** Syntax trees as the facts are read from them. */

import type { Grammar } from "./grammar.ts";
import { missingKind } from "./grammar.ts";

/** What is needed of a tree-sitter cursor. */
export interface SyntaxCursor {
	readonly nodeTypeId: number;
	readonly startIndex: number;
	readonly endIndex: number;
	readonly nodeIsMissing: boolean;
	readonly currentNode: { readonly hasError: boolean };
	gotoFirstChild(): boolean;
	gotoNextSibling(): boolean;
	gotoParent(): boolean;
	delete(): void;
}

/** What is needed of a tree-sitter grammar. */
export interface SyntaxLanguage {
	readonly types: readonly string[];
	nodeTypeIsNamed(id: number): boolean;
}

/** What is needed of a tree-sitter tree. */
export interface SyntaxTree {
	readonly language: SyntaxLanguage;
	readonly rootNode: { readonly hasError: boolean };
	walk(): SyntaxCursor;
}

/** What the dialect pass wrote something else for: `kind` says what stands there, `end` is past its last character. */
export interface Mark {
	readonly kind: string;
	readonly end: number;
}

export type Marks = ReadonlyMap<number, Mark>;

/** A parsed text. `normalised` is what the tree was made from; it has the length of `text`, so that offsets are those of `text`. */
export interface ParsedText {
	readonly tree: SyntaxTree;
	readonly text: string;
	readonly normalised: string;
	/** By the offset of their first character. */
	readonly marks?: Marks;
	/** Other readings of parts of the text: other arms of `#if`s that cut through a definition. Offsets in their trees are the file's. */
	readonly alternates?: readonly {
		readonly start: number;
		readonly end: number;
		readonly text: string;
		readonly tree: SyntaxTree;
		readonly marks?: Marks;
	}[];
	/** Why some of the text is in no tree, by offset. */
	readonly unread?: readonly { readonly at: number; readonly why: string }[];
	delete?(): void;
}

/** Why a text could not be parsed at all. */
export interface ParseFailure {
	readonly failure: string;
	readonly why: string;
}

/** The number of a node: its position in a walk from the top, parents before children. */
export type NodeId = number;

/** No such node. */
export const none: NodeId = -1;

/** The nodes of one tree in the order of a walk from the top. The children of `n` begin at `n + 1`; `next(n)` is past its last descendant. */
export class Nodes {
	readonly size: number;
	/** True when the tree holds an ERROR or MISSING node. */
	readonly broken: boolean;
	private readonly grammar: Grammar;
	private readonly kinds: Uint16Array;
	private readonly starts: Int32Array;
	private readonly ends: Int32Array;
	private readonly nexts: Int32Array;

	constructor(grammar: Grammar, kinds: Uint16Array, starts: Int32Array, ends: Int32Array, nexts: Int32Array, broken: boolean) {
		this.grammar = grammar;
		this.kinds = kinds;
		this.starts = starts;
		this.ends = ends;
		this.nexts = nexts;
		this.size = kinds.length;
		this.broken = broken;
	}

	/** The grammar's name of the node's kind; for a token its text, `ERROR`, or `MISSING` for a token that the parser made up. */
	type(node: NodeId): string {
		return this.grammar.names[this.kinds[node] ?? 0] ?? "ERROR";
	}

	/** False for keywords, operators and punctuation. */
	named(node: NodeId): boolean {
		return this.grammar.named[this.kinds[node] ?? 0] !== 0;
	}

	start(node: NodeId): number {
		return this.starts[node] ?? 0;
	}

	end(node: NodeId): number {
		return this.ends[node] ?? 0;
	}

	/** The node after the last descendant. */
	next(node: NodeId): NodeId {
		return this.nexts[node] ?? this.size;
	}

	/** The first child, or `none`. */
	first(node: NodeId): NodeId {
		return this.next(node) > node + 1 ? node + 1 : none;
	}

	/** The child of `parent` after `child`, or `none`. */
	after(child: NodeId, parent: NodeId): NodeId {
		const next = this.next(child);
		return next < this.next(parent) ? next : none;
	}

	/** The first child of the given kind, or `none`. */
	child(parent: NodeId, type: string): NodeId {
		for (let child = this.first(parent); child !== none; child = this.after(child, parent)) if (this.type(child) === type) return child;
		return none;
	}

	/** Whether an ERROR or MISSING node lies at or under `node`. */
	hasError(node: NodeId): boolean {
		if (!this.broken) return false;
		for (let id = node, end = this.next(node); id < end; id++) if ((this.kinds[id] ?? 0) >= missingKind) return true;
		return false;
	}
}

/**
 * Copies a syntax tree into flat arrays by one cursor walk: each later question is an array access instead of a call into
 * WebAssembly. The calls are what the walk costs, so it does without those whose answer is known: a node begins where its first
 * child begins and ends where its last one ends; in source that parsed without an error a token stands at the next character that
 * is neither blank nor in a comment, and some kinds of node always end with the same child.
 */

import { missingKind, readGrammar, Walk } from "./grammar.ts";
import type { SyntaxTree } from "./tree.ts";
import { Nodes } from "./tree.ts";

/** Growing storage for one walk; reused because a large file needs several megabytes of it. */
let kinds = new Uint16Array(1 << 14);
let starts = new Int32Array(1 << 14);
let ends = new Int32Array(1 << 14);
let nexts = new Int32Array(1 << 14);

/** Doubles the storage. */
function grow(): void {
	const size = kinds.length * 2;
	const before = { kinds, starts, ends, nexts };
	kinds = new Uint16Array(size);
	starts = new Int32Array(size);
	ends = new Int32Array(size);
	nexts = new Int32Array(size);
	kinds.set(before.kinds);
	starts.set(before.starts);
	ends.set(before.ends);
	nexts.set(before.nexts);
}

/** Adds a node; gives its number. */
function add(count: number, kind: number, start: number, end: number): number {
	if (count === kinds.length) grow();
	kinds[count] = kind;
	starts[count] = start;
	ends[count] = end;
	nexts[count] = count + 1;
	return count;
}

/** The nodes of a tree. `text` is what the tree was made from. Takes time linear in the number of nodes and no stack. */
export function readNodes(tree: SyntaxTree, text: string): Nodes {
	const grammar = readGrammar(tree.language);
	const broken = tree.rootNode.hasError;
	const cursor = tree.walk();
	// The nodes above the current one, and how many of their children were met.
	const open: number[] = [];
	const met: number[] = [];
	let count = 0;
	let lastEnd = 0;
	// Whether the item that the walk is in parsed with an error: then every position is asked for.
	let careful = broken;
	// Nesting down to which all nodes are lists of items.
	let lists = 0;

	/** Adds `->` or `.` and the name behind the first child of a field expression; false when they are not there. */
	const addField = (): boolean => {
		const start = skipBlanks(text, lastEnd);
		const arrow = text.charCodeAt(start) === 45;
		if (!arrow && text.charCodeAt(start) !== 46) return false;
		const name = skipBlanks(text, start + (arrow ? 2 : 1));
		const end = skipWord(text, name);
		if (end < 0) return false;
		add(count++, arrow ? grammar.arrow : grammar.dot, start, start + (arrow ? 2 : 1));
		add(count++, grammar.fieldName, name, end);
		lastEnd = end;
		return true;
	};

	/** Whether the child of kind `kind` that the walk is leaving is known to be the last one of `parent`. */
	const isLast = (kind: number, parent: number): boolean => {
		const above = kinds[parent] ?? 0;
		const last = grammar.lastChild[above];
		if (last !== undefined) return grammar.names[kind] === last;
		const index = met.length - 1;
		if (above === grammar.fieldExpression) return met[index] === 1 && addField();
		const all = grammar.childCount[above] ?? 0;
		return all > 0 && met[index] === all;
	};

	try {
		for (;;) {
			const kind = cursor.nodeTypeId;
			const walk = grammar.walk[kind] ?? 0;
			if (open.length === lists) {
				careful = broken && cursor.currentNode.hasError;
				lastEnd = cursor.startIndex;
			}
			if (walk !== Walk.comment) {
				if (met.length > 0) met[met.length - 1] = (met.at(-1) ?? 0) + 1;
				const id = add(count, kind, 0, 0);
				count++;
				const looksInside = walk === Walk.inner || walk >= Walk.open;
				if (looksInside && cursor.gotoFirstChild()) {
					if (walk === Walk.list && open.length === lists) lists++;
					open.push(id);
					met.push(0);
					continue;
				}
				let start = 0;
				if (careful || walk === Walk.leaf || looksInside) {
					start = cursor.startIndex;
					lastEnd = cursor.endIndex;
					if (careful && lastEnd === start && cursor.nodeIsMissing) kinds[id] = missingKind;
				} else {
					start = skipBlanks(text, lastEnd);
					if (walk === Walk.token) lastEnd = start + (grammar.names[kind] ?? "").length;
					else {
						lastEnd = skipWord(text, start);
						if (lastEnd < 0) lastEnd = cursor.endIndex;
					}
				}
				starts[id] = start;
				ends[id] = lastEnd;
			}
			let current = walk === Walk.comment ? -1 : kind;
			let parent = open.at(-1) ?? 0;
			let done = false;
			for (;;) {
				const known = !careful && current >= 0 && open.length > 0 && isLast(current, parent);
				if (!known && cursor.gotoNextSibling()) break;
				if (!cursor.gotoParent()) {
					done = true;
					break;
				}
				open.pop();
				met.pop();
				if (lists > open.length) lists = open.length;
				current = kinds[parent] ?? 0;
				const asks = (grammar.walk[current] ?? 0) >= Walk.open || parent + 1 >= count;
				if (asks) lastEnd = cursor.endIndex;
				starts[parent] = asks ? cursor.startIndex : (starts[parent + 1] ?? 0);
				ends[parent] = lastEnd;
				nexts[parent] = count;
				parent = open.at(-1) ?? 0;
			}
			if (done) break;
		}
	} finally {
		cursor.delete();
	}
	return new Nodes(grammar, kinds.slice(0, count), starts.slice(0, count), ends.slice(0, count), nexts.slice(0, count), broken);
}

/** The first character at or after `at` that is neither blank nor part of a comment or an escaped line end. */
function skipBlanks(text: string, at: number): number {
	let next = at;
	for (;;) {
		const code = text.charCodeAt(next);
		if (code === 32 || (code >= 9 && code <= 13)) next++;
		else if (code === 92) next++;
		else if (code === 47 && text.charCodeAt(next + 1) === 42) {
			const close = text.indexOf("*/", next + 2);
			if (close < 0) return next;
			next = close + 2;
		} else if (code === 47 && text.charCodeAt(next + 1) === 47) next = lineCommentEnd(text, next);
		else return next;
	}
}

/** The end of a `//` comment: of its line, or of a later one after escaped line ends. */
function lineCommentEnd(text: string, at: number): number {
	for (let from = at; ; ) {
		const newline = text.indexOf("\n", from);
		if (newline < 0) return text.length;
		const before = text.charCodeAt(newline - 1) === 13 ? newline - 2 : newline - 1;
		if (text.charCodeAt(before) !== 92) return newline;
		from = newline + 1;
	}
}

/** Past the last letter, digit or `_`; -1 where a character beyond ASCII or an escape makes that uncertain. */
function skipWord(text: string, at: number): number {
	let next = at;
	for (;;) {
		const code = text.charCodeAt(next);
		if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36) next++;
		else return code > 127 || code === 92 || next === at ? -1 : next;
	}
}

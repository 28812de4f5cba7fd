/** Walks all ways through the graph of one function; states that meet go on as one. */

import type { Key } from "../../model/program.ts";
import { Dependents } from "../dependents.ts";
import { dependsOn } from "../frame.ts";
import { type Node, nodesOf } from "../graph.ts";
import type { Liveness } from "../liveness.ts";
import { readsOf } from "../nodes.ts";
import { liveKeys, reduce } from "../reduce.ts";
import { FIRST, type Held, Path } from "./path.ts";
import { type Event, takeNode, type Walked } from "./take-step.ts";

/** Different states after which a function is given up. */
const MAX_STATES = 2_500;

/** References of one mm beyond which a loop is not followed. */
const MAX_REFERENCES = 4;

export interface Watcher {
	/** Whether what is in a variable matters beyond the function: nobody else reads its own ones, and who reads others may want no mm there. */
	isKept(key: Key): boolean;
	/** Whether a field is known to hold an mm. */
	isMmField(key: Key): boolean;
	/** Whether a variable is a parameter: what becomes of its mm may depend on what the function says in the end. */
	isGiven(key: Key): boolean;
	tell(event: Event): void;
	/** Nothing in this function knows the mm any more. */
	leave(path: Path, mm: number, at: Node): void;
	/** The way ends. */
	end(path: Path, at: Node): void;
}

/** Says what was too much, if something was. */
export function explore(start: Node, result: Key, watcher: Watcher): string | undefined {
	const holding = keysHolding(nodesOf(start), watcher.isMmField);
	const kept = new Set<Key>([result]);
	for (const node of nodesOf(start))
		if (node.kind === "set" && holding.has(node.target) && watcher.isKept(node.target)) kept.add(node.target);
	reduce(start, kept);
	const nodes = nodesOf(start);
	const live = liveKeys(nodes, kept);
	const read = new Set<Key>(kept);
	for (const node of nodes) for (const key of readsOf(node)) read.add(key);
	const walked: Walked = {
		dependents: new Dependents(read),
		holdsMm: (key) => holding.has(key),
		isKept: (key) => kept.has(key) && key !== result,
		tell: watcher.tell,
	};
	const isUndone = makeUndone(nodes);
	/* what was found in a field that gets another value may have been taken too early, and what was stored may not stay there */
	const isOpen = ({ root, stored, users, count, left }: Held): boolean =>
		(users !== 0 || count !== 0) &&
		((root.root === "key" && (kept.has(root.key) || watcher.isGiven(root.key))) || (!left && stored.some(isUndone)));
	const numbers = new Map(nodes.map((node, i) => [node, i]));
	const keysAt = makeKeysAt(live);
	const seen = new Set<string>();
	const open: { readonly node: Node; readonly path: Path }[] = [];
	const come = (node: Node, path: Path, from: Node): void => {
		const keys = keysAt(node);
		forget(path, keys, isOpen, (mm) => watcher.leave(path, mm, from));
		const state = `${numbers.get(node)}${nameState(path, keys)}`;
		if (seen.has(state)) return;
		seen.add(state);
		open.push({ node, path });
	};
	come(start, new Path(), start);
	for (let at = open.pop(); at; at = open.pop()) {
		if (seen.size > MAX_STATES) return `more than ${MAX_STATES} states`;
		const { node, path } = at;
		if (node.kind === "end" || (node.next.length === 0 && node.kind === "nop")) {
			if (node.kind === "end") watcher.end(path, node);
			continue;
		}
		for (const { way, path: next } of takeNode(walked, node, path)) {
			const to = node.next[way];
			if (!to) continue;
			if ([...next.mms.values()].some(({ users, count }) => Math.abs(users) > MAX_REFERENCES || Math.abs(count) > MAX_REFERENCES)) continue;
			come(to, next, node);
		}
	}
	return undefined;
}

/** Variables that can hold an mm with which something is done: those, and what is copied to or from them. */
function keysHolding(nodes: readonly Node[], isMmField: (key: Key) => boolean): ReadonlySet<Key> {
	const alike = new Map<Key, Key[]>();
	const join = (a: Key, b: Key): void => {
		alike.set(a, [...(alike.get(a) ?? []), b]);
		alike.set(b, [...(alike.get(b) ?? []), a]);
	};
	const open: Key[] = [];
	for (const node of nodes) {
		if (node.kind === "step") open.push(node.op === "mmgettask" || node.op === "mm_alloc" ? (node.result ?? "") : node.mm);
		else if (
			node.kind === "note" &&
			node.note !== "peek" &&
			node.note !== "free" &&
			node.note !== "share" &&
			node.note !== "assert" &&
			(node.lock === undefined || node.lock.startsWith("mmap"))
		)
			open.push(node.key);
		else if (node.kind === "set" && "copy" in node.value) {
			join(node.target, node.value.copy);
			if (isMmField(node.target)) open.push(node.target);
		}
	}
	const holding = new Set<Key>();
	for (let key = open.pop(); key !== undefined; key = open.pop()) {
		if (holding.has(key)) continue;
		holding.add(key);
		open.push(...(alike.get(key) ?? []));
	}
	return holding;
}

/** Says of fields in which an mm is stored whether something in the graph can take it out again: another store, or the end of the object. */
function makeUndone(nodes: readonly Node[]): (key: Key) => boolean {
	const freed = [...new Set(nodes.flatMap((node) => (node.kind === "note" && node.note === "free" ? [node.key] : [])))];
	const stores = new Map<Key, number>();
	for (const node of nodes) if (node.kind === "set") stores.set(node.target, (stores.get(node.target) ?? 0) + 1);
	const known = new Map<Key, boolean>();
	return (key) => {
		const answer = known.get(key) ?? ((stores.get(key) ?? 0) > 1 || freed.some((object) => dependsOn(key, object)));
		known.set(key, answer);
		return answer;
	};
}

function makeKeysAt(live: Liveness): (node: Node) => ReadonlySet<Key> {
	const known = new Map<Node, ReadonlySet<Key>>();
	return (node) => {
		const keys = known.get(node) ?? live.keysAt(node);
		known.set(node, keys);
		return keys;
	};
}

/** Forgets variables that are not read any more, and the mms that only they knew. */
function forget(path: Path, keys: ReadonlySet<Key>, isOpen: (held: Held) => boolean, leave: (mm: number) => void): void {
	for (const key of path.env.keys()) if (!keys.has(key)) path.env.delete(key);
	if (path.mms.size === 0) return;
	const known = new Set(path.env.values());
	if (path.using) known.add(path.using.mm);
	for (const [mm, held] of path.mms) if (isOpen(held)) known.add(mm);
	for (const mm of path.mms.keys()) {
		if (known.has(mm)) continue;
		leave(mm);
		path.mms.delete(mm);
	}
}

/** A text that is equal for two states that can go on as one. */
function nameState(path: Path, keys: ReadonlySet<Key>): string {
	const order = new Map<number, number>();
	let text = "";
	let index = 0;
	for (const key of keys) {
		index++;
		const value = path.env.get(key);
		if (value === undefined) continue;
		if (value < FIRST) {
			text += ` ${index}=${value}`;
			continue;
		}
		let number = order.get(value);
		if (number === undefined) {
			number = order.size;
			order.set(value, number);
		}
		text += ` ${index}:${number}`;
	}
	for (const [mm, { users, count }] of path.mms) if (!order.has(mm) && (users !== 0 || count !== 0)) order.set(mm, order.size);
	for (const [mm, number] of order) {
		const held = path.mms.get(mm);
		if (held) text += `|${number} ${nameHeld(held)}`;
	}
	const locks = path.locks.map(({ kind, key }) => `${kind} ${key}`).join();
	const using = path.using ? (order.get(path.using.mm) ?? "?") : "";
	return `${text}#${locks}#${using}`;
}

/** What is known of an mm stays one object on many ways. */
const heldNames = new WeakMap<Held, string>();

function nameHeld(held: Held): string {
	let name = heldNames.get(held);
	if (name === undefined) {
		const { root, code, users, count, stored, left, escaped, handed, watched, tested, alive, unsure, gone, put } = held;
		const from = root.root === "key" ? root.key : `${root.root}${root.site.line}:${root.site.column}`;
		const places = handed.map(({ line, column }) => `${line}:${column}`).join();
		const flags = [left, escaped, watched, tested, alive, unsure, gone, put].map((flag) => (flag ? 1 : 0)).join("");
		name = `${from} ${code} ${users} ${count} ${stored.join()} ${places} ${flags}`;
		heldNames.set(held, name);
	}
	return name;
}

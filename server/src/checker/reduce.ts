/** Cuts a graph down to what matters for an mm: dead assignments and branches that decide nothing go. */

import type { Key, Test } from "../model/program.ts";
import { dependsOn } from "./frame.ts";
import { type Node, nodesOf } from "./graph.ts";

/** Keys that a test reads. */
export function keysOfTest(test: Test): readonly Key[] {
	return test.test === "equal" ? [test.left, test.right] : [test.key];
}

/** Keys that a node reads. */
export function readsOf(node: Node): readonly Key[] {
	if (node.kind === "step") return [node.mm];
	if (node.kind === "branch") return keysOfTest(node.on);
	if (node.kind === "set" && "copy" in node.value) return [node.value.copy];
	return [];
}

/** The key that a node writes. */
export function writeOf(node: Node): Key | undefined {
	if (node.kind === "step") return node.result;
	return node.kind === "set" ? node.target : undefined;
}

/** Follows nodes that do nothing. */
function skip(node: Node): Node {
	let at = node;
	const seen = new Set<Node>();
	while (at.next.length === 1 && (at.kind === "nop" || at.kind === "any") && !seen.has(at)) {
		seen.add(at);
		at = at.next[0] as Node;
	}
	return at;
}

function dropNops(nodes: readonly Node[]): void {
	for (const node of nodes) node.next = node.next.map(skip);
	for (const node of nodes)
		if (node.kind === "any") node.next = [...new Set(node.next)].filter((next, _, all) => next !== node || all.length === 1);
}

/** Keys that may be read before they are written again, from the start of each node on. A branch remembers: it does not kill. */
export function liveKeys(start: Node, kept: Iterable<Key>): ReadonlyMap<Node, ReadonlySet<Key>> {
	const nodes = nodesOf(start);
	return findLive(nodes, killsOf(nodes), kept);
}

function findLive(
	nodes: readonly Node[],
	kills: ReadonlyMap<Node, ReadonlySet<Key>>,
	kept: Iterable<Key>,
): ReadonlyMap<Node, ReadonlySet<Key>> {
	const live = new Map<Node, Set<Key>>(nodes.map((node) => [node, new Set<Key>()]));
	const before = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
	for (const node of nodes) for (const next of node.next) before.get(next)?.push(node);
	/* what is live comes from behind: those furthest from the start first */
	const queue = [...nodes];
	const queued = new Set(queue);
	const always = [...kept];
	for (let node = queue.pop(); node; node = queue.pop()) {
		queued.delete(node);
		const keys = live.get(node) as Set<Key>;
		const size = keys.size;
		const write = writeOf(node);
		if (node.kind === "end") for (const key of always) keys.add(key);
		const killed = kills.get(node);
		for (const next of node.next) for (const key of live.get(next) as Set<Key>) if (key !== write && !killed?.has(key)) keys.add(key);
		for (const key of readsOf(node)) if (!(node.kind === "set" && !isLiveAfter(node, live))) keys.add(key);
		if (keys.size === size) continue;
		for (const previous of before.get(node) as Node[])
			if (!queued.has(previous)) {
				queued.add(previous);
				queue.push(previous);
			}
	}
	return live;
}

/** For each assignment, the keys that mean something else after it: those that its target is part of. */
function killsOf(nodes: readonly Node[]): ReadonlyMap<Node, ReadonlySet<Key>> {
	const read = new Set(nodes.flatMap((node) => readsOf(node)));
	const byTarget = new Map<Key, ReadonlySet<Key>>();
	const kills = new Map<Node, ReadonlySet<Key>>();
	for (const node of nodes) {
		if (node.kind !== "set") continue;
		let dependent = byTarget.get(node.target);
		if (!dependent) {
			dependent = new Set([...read].filter((key) => key !== node.target && !key.startsWith("@") && dependsOn(key, node.target)));
			byTarget.set(node.target, dependent);
		}
		if (dependent.size > 0) kills.set(node, dependent);
	}
	return kills;
}

function isLiveAfter(node: Extract<Node, { kind: "set" }>, live: ReadonlyMap<Node, ReadonlySet<Key>>): boolean {
	return node.target.startsWith("@") || node.next.some((next) => live.get(next)?.has(node.target));
}

/** Keys that some branch tests, or a live copy or step reads: an assignment to anything else is dead. */
function dropDeadSets(start: Node, kept: ReadonlySet<Key>): boolean {
	const nodes = nodesOf(start);
	const kills = killsOf(nodes);
	const live = findLive(nodes, kills, kept);
	let changed = false;
	for (const node of nodes) {
		if (node.kind !== "set" || node.target.startsWith("@")) continue;
		if (isLiveAfter(node, live)) continue;
		/* an object that changes takes what was remembered about its fields with it */
		const killed = kills.get(node);
		if (killed && node.next.some((next) => [...(live.get(next) ?? [])].some((key) => killed.has(key)))) continue;
		const { next } = node;
		Object.assign(node, { kind: "nop", next });
		changed = true;
	}
	return changed;
}

const NONE = undefined;
const MANY = Symbol("many");

/** Branches that lead to one and the same next thing whatever they decide become nothing. */
function dropIdleBranches(start: Node): boolean {
	const nodes = nodesOf(start);
	const relevant = new Set<Node>(nodes.filter((node) => node.kind === "step" || node.kind === "set" || node.kind === "end"));
	const idle = nodes.filter((node) => node.kind === "branch" || node.kind === "any" || node.kind === "nop");
	for (;;) {
		/* the first relevant node behind each idle one: none, one, or many */
		const first = new Map<Node, Node | typeof MANY | typeof NONE>();
		for (let again = true; again; ) {
			again = false;
			for (let i = idle.length - 1; i >= 0; i--) {
				const node = idle[i] as Node;
				if (relevant.has(node)) continue;
				let joined: Node | typeof MANY | typeof NONE = NONE;
				for (const next of node.next) {
					const behind = relevant.has(next) ? next : first.get(next);
					if (behind === NONE) continue;
					joined = joined === NONE || joined === behind ? behind : MANY;
				}
				if (joined !== first.get(node)) {
					first.set(node, joined);
					again = true;
				}
			}
		}
		const undecided = idle.filter((node) => !relevant.has(node) && first.get(node) === MANY);
		const nearest = undecided.filter((node) => node.next.every((next) => relevant.has(next) || first.get(next) !== MANY));
		if (undecided.length === 0) {
			let changed = false;
			for (const node of idle) {
				const only = first.get(node);
				if (relevant.has(node) || only === NONE || only === MANY) continue;
				if (node.next.length > 1 || node.kind !== "nop") changed = changed || node.next.length > 1;
				Object.assign(node, { kind: "nop", next: [only as Node] });
			}
			return changed;
		}
		for (const node of nearest.length > 0 ? nearest : undecided) relevant.add(node);
	}
}

/**
 * Reduces the graph in place.
 * @param kept keys that are read when the thread ends.
 */
export function reduce(start: Node, kept: ReadonlySet<Key>): void {
	for (let round = 0; round < 12; round++) {
		dropNops(nodesOf(start));
		const sets = dropDeadSets(start, kept);
		const branches = dropIdleBranches(start);
		dropNops(nodesOf(start));
		if (!sets && !branches) return;
	}
}

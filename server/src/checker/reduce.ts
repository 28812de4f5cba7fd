/** Cuts a graph down to what matters for an mm: dead assignments and branches that decide nothing go. */

import type { Key } from "../model/program.ts";
import { Dependents } from "./dependents.ts";
import { type Node, nodesOf } from "./graph.ts";
import { dropIdleBranches } from "./idle.ts";
import { Liveness } from "./liveness.ts";
import { readsOf } from "./nodes.ts";

/** Whether a node does nothing but go on. */
function isPassed(node: Node): boolean {
	return node.next.length === 1 && (node.kind === "nop" || node.kind === "any");
}

/** Says where nodes lead over others that do nothing; in a loop of those, to where it is entered. */
function makeSkip(): (node: Node) => Node {
	const known = new Map<Node, Node>();
	return (node) => {
		if (!isPassed(node)) return node;
		const path: Node[] = [];
		const onPath = new Set<Node>();
		let at = node;
		while (isPassed(at) && !known.has(at) && !onPath.has(at)) {
			path.push(at);
			onPath.add(at);
			at = at.next[0] as Node;
		}
		const end = known.get(at) ?? at;
		const loop = onPath.has(at) ? path.indexOf(at) : path.length;
		path.forEach((passed, i) => {
			known.set(passed, i < loop ? end : passed);
		});
		return known.get(node) ?? node;
	};
}

function dropNops(nodes: readonly Node[]): void {
	const skip = makeSkip();
	for (const node of nodes) node.next = node.next.map(skip);
	for (const node of nodes)
		if (node.kind === "any") node.next = [...new Set(node.next)].filter((next, _, all) => next !== node || all.length === 1);
}

/** Keys that are read somewhere, and depend on others. */
function dependentsIn(nodes: readonly Node[]): Dependents {
	return new Dependents(new Set(nodes.flatMap((node) => readsOf(node))));
}

/** Keys that may be read before they are written again, from the start of each node on. A branch remembers: it does not kill. */
export function liveKeys(nodes: readonly Node[], kept: Iterable<Key>): Liveness {
	return new Liveness(nodes, dependentsIn(nodes), kept);
}

/** An assignment to what no branch tests and no live copy or step reads is dead. */
function dropDeadSets(nodes: readonly Node[], dependents: Dependents, kept: ReadonlySet<Key>): boolean {
	const live = new Liveness(nodes, dependents, kept);
	/* an object that changes takes what was remembered about its fields with it */
	const dead = nodes.filter((node) => node.kind === "set" && !live.isReadAfter(node) && !live.isMeantAfter(node));
	for (const node of dead) Object.assign(node, { kind: "nop" });
	return dead.length > 0;
}

/**
 * Reduces the graph in place.
 * @param kept keys that are read when the thread ends.
 */
export function reduce(start: Node, kept: ReadonlySet<Key>): void {
	const dependents = dependentsIn(nodesOf(start));
	for (let round = 0; round < 12; round++) {
		dropNops(nodesOf(start));
		const nodes = nodesOf(start);
		const sets = dropDeadSets(nodes, dependents, kept);
		const branches = dropIdleBranches(nodes);
		dropNops(nodesOf(start));
		if (!sets && !branches) return;
	}
}

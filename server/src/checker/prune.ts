/** Cuts off the parts of a graph that no verdict can depend on, before it is reduced. */

import type { Site } from "../model/program.ts";
import { type Node, nodesOf } from "./graph.ts";

/** Nodes from which one of `targets` can be reached, themselves included. */
function reaching(nodes: readonly Node[], targets: ReadonlySet<Node>): Set<Node> {
	const before = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
	for (const node of nodes) for (const next of node.next) before.get(next)?.push(node);
	const found = new Set<Node>(nodes.filter((node) => targets.has(node)));
	const queue = [...found];
	for (let node = queue.pop(); node; node = queue.pop())
		for (const previous of before.get(node) ?? [])
			if (!found.has(previous)) {
				found.add(previous);
				queue.push(previous);
			}
	return found;
}

/** Nodes that come after one of `from`, not going beyond nodes for which `stop` holds. */
export function following(from: Iterable<Node>, stop: (node: Node) => boolean): Set<Node> {
	const found = new Set<Node>();
	const queue = [...from];
	for (let node = queue.pop(); node; node = queue.pop())
		for (const next of stop(node) ? [] : node.next)
			if (!found.has(next)) {
				found.add(next);
				queue.push(next);
			}
	return found;
}

function cut(nodes: readonly Node[], kept: ReadonlySet<Node>, site: Site): void {
	const end: Node = { kind: "end", site, next: [] };
	for (const node of nodes) node.next = node.next.map((next) => (kept.has(next) ? next : end));
}

/** How far a using thread is kept beyond its use: nothing after it decides anything, but a person may want to see what is put back. */
export type Until = "unuse" | "end";

/** Keeps what leads to one of the uses, and what runs after it until the mm is given back or the thread ends. */
export function keepUses(start: Node, uses: ReadonlySet<Node>, site: Site, until: Until): void {
	const nodes = nodesOf(start);
	const kept = reaching(nodes, uses);
	for (const node of following(uses, (at) => until === "unuse" && at.kind === "step" && at.op === "unuse")) kept.add(node);
	cut(nodes, kept, site);
}

/** Keeps what leads to one of the stores, and what comes after: a capture that stores nothing leaves nothing. */
export function keepStores(start: Node, stores: ReadonlySet<Node>, site: Site): void {
	const nodes = nodesOf(start);
	const kept = reaching(nodes, stores);
	for (const node of following(stores, () => false)) kept.add(node);
	cut(nodes, kept, site);
}

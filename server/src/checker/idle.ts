/** Branches that lead to one and the same next thing whatever they decide. */

import type { Node } from "./graph.ts";

/** What comes first behind a node over nodes that do nothing: no node that does something, that one, or several. */
type First = Node | "several" | undefined;

function joined(left: First, right: First): First {
	if (left === undefined || left === right) return right;
	return right === undefined ? left : "several";
}

/** Groups of nodes that lead to each other over nodes that do nothing; each group after those that it leads to. */
function groupsOf(nodes: readonly Node[], isIdle: (node: Node) => boolean): readonly (readonly Node[])[] {
	const groups: Node[][] = [];
	/* Tarjan's algorithm, with a stack of its own in place of recursion: code may be long */
	const order = new Map<Node, number>();
	const low = new Map<Node, number>();
	const path: Node[] = [];
	const onPath = new Set<Node>();
	const open: { readonly node: Node; next: number }[] = [];
	const enter = (node: Node): void => {
		low.set(node, order.size);
		order.set(node, order.size);
		path.push(node);
		onPath.add(node);
		open.push({ node, next: 0 });
	};
	const reach = (node: Node, number: number): void => {
		low.set(node, Math.min(low.get(node) as number, number));
	};
	for (const start of nodes) {
		if (order.has(start)) continue;
		enter(start);
		for (let at = open.at(-1); at; at = open.at(-1)) {
			const { node } = at;
			const next = node.next[at.next++];
			if (next !== undefined) {
				if (!isIdle(next)) continue;
				if (!order.has(next)) enter(next);
				else if (onPath.has(next)) reach(node, order.get(next) as number);
				continue;
			}
			open.pop();
			const previous = open.at(-1);
			if (previous) reach(previous.node, low.get(node) as number);
			if (low.get(node) !== order.get(node)) continue;
			const group = path.splice(path.lastIndexOf(node));
			for (const member of group) onPath.delete(member);
			groups.push(group);
		}
	}
	return groups;
}

/**
 * Turns branches and choices that decide nothing into nothing, in place. A choice decides something when several things come first behind
 * it; then it is itself the first thing behind those before it. Choices in a loop, and those that lead to one that decides, all decide.
 * @param nodes all nodes of a graph
 * @returns whether anything but nodes with one way on was changed
 */
export function dropIdleBranches(nodes: readonly Node[]): boolean {
	const idle = nodes.filter((node) => node.kind === "branch" || node.kind === "any" || node.kind === "nop");
	const open = new Set<Node>(idle);
	/** Of the idle nodes: which are known to decide, what comes first behind the others, and which decide if nothing else tells. */
	const deciding = new Set<Node>();
	const first = new Map<Node, First>();
	const stuck = new Set<Node>();
	const firstOf = (node: Node): First => (!open.has(node) || deciding.has(node) ? node : stuck.has(node) ? "several" : first.get(node));
	for (const group of groupsOf(idle, (node) => open.has(node))) {
		const members = new Set(group);
		let behind: First;
		let isFree = true;
		for (const node of group)
			for (const next of node.next) {
				if (members.has(next)) isFree = false;
				else {
					if (stuck.has(next)) isFree = false;
					behind = joined(behind, firstOf(next));
				}
			}
		for (const node of group) {
			if (behind !== "several") first.set(node, behind);
			else if (isFree) deciding.add(node);
			else stuck.add(node);
		}
	}
	let changed = false;
	for (const node of idle) {
		const only = first.get(node);
		if (only === undefined || only === "several") continue;
		changed ||= node.next.length > 1;
		Object.assign(node, { kind: "nop", next: [only] });
	}
	return changed;
}

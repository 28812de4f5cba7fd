/** What nodes read and write. */

import type { Key, Test } from "../model/program.ts";
import type { Node } from "./graph.ts";

const NOTHING: readonly Key[] = [];

/** Keys that a test reads. */
export function keysOfTest(test: Test): readonly Key[] {
	return test.test === "equal" ? [test.left, test.right] : [test.key];
}

/** Keys that a node reads. */
export function readsOf(node: Node): readonly Key[] {
	if (node.kind === "step") return [node.mm];
	if (node.kind === "note") return [node.key];
	if (node.kind === "branch") return keysOfTest(node.on);
	if (node.kind === "set" && "copy" in node.value) return [node.value.copy];
	return NOTHING;
}

/** The key that a node writes. */
export function writeOf(node: Node): Key | undefined {
	if (node.kind === "step") return node.result;
	return node.kind === "set" ? node.target : undefined;
}

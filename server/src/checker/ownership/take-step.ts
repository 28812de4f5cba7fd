/** What each node of a graph does to the state of one way: references as the kernel's functions change them. */

import type { Operation } from "../../model/operation.ts";
import type { Key, Site } from "../../model/program.ts";
import { decide, encodeValue, FALSE, NULL, OTHER, TRUE, UNKNOWN } from "../../model/values.ts";
import type { Dependents } from "../dependents.ts";
import { dependsOn } from "../frame.ts";
import type { Node } from "../graph.ts";
import { CURRENT_MM } from "../keys.ts";
import { OWN_MM } from "../lower-calls.ts";
import { forgetInside, handOut, leaveInside, overwrite } from "./held-inside.ts";
import { FIRST, type Held, type Lock, type Path } from "./path.ts";

export const ERROR = encodeValue("error", []);

/** What the nodes of one function mean beyond themselves, and who is told of what goes wrong on a way. */
export interface Walked {
	readonly dependents: Dependents;
	/** Whether what is in a variable matters beyond the function. */
	isKept(key: Key): boolean;
	/** Whether a variable can hold an mm with which something is done. */
	holdsMm(key: Key): boolean;
	/** Something is done with an mm on this way; told before it changes anything. */
	tell(event: Event): void;
}

/**
 * `unchecked`: with an mm that a call may not have given, or whose reference it may not have taken; `step`: one of the model; `unlock`: of an
 * mmap lock that was taken elsewhere; others as notes.
 */
export interface Event {
	readonly event: "unchecked" | "step" | "access" | "deref" | "pass" | "unlock";
	readonly path: Path;
	readonly mm: number;
	readonly site: Site;
	readonly op?: Operation;
}

/** Where a way goes on: the index of the way out of the node, and the state there. */
export interface Onward {
	readonly way: number;
	readonly path: Path;
}

export function isNone(code: number): boolean {
	return code === NULL || code === FALSE || code === ERROR;
}

const CHANGES: Readonly<Partial<Record<Operation, { readonly users?: number; readonly count?: number }>>> = {
	mmget: { users: 1 },
	mmput: { users: -1 },
	mmputa: { users: -1 },
	mmgrab: { count: 1 },
	mmdrop: { count: -1 },
};

/** Takes one node. The path is the caller's own: it may be changed. */
export function takeNode(walked: Walked, node: Node, path: Path): readonly Onward[] {
	switch (node.kind) {
		case "step":
			return takeStep(walked, node, path);
		case "set":
			takeSet(walked, node, path);
			return [{ way: 0, path }];
		case "branch":
			return takeBranch(node, path);
		case "note":
			if (node.note === "assert" && hasFailed(path, node.key)) return [];
			takeNote(walked, node, path);
			return [{ way: 0, path }];
		case "any":
			if (node.next.length > 1) path.tests++;
			return node.next.map((_, way) => ({ way, path: way === 0 ? path : path.fork() }));
		case "nop":
			return [{ way: 0, path }];
		case "end":
			return [];
	}
}

function takeStep(walked: Walked, node: Extract<Node, { kind: "step" }>, path: Path): readonly Onward[] {
	const { op, site, result } = node;
	if (op === "mmgettask" || op === "mm_alloc") return produce(node, path);
	const mm = operand(walked, path, node.mm, site);
	if (mm === undefined) {
		if (result !== undefined) path.env.delete(result);
		const none = path.env.get(node.mm);
		if (none !== undefined && path.mms.get(none)?.gone) walked.tell({ event: "step", path, mm: none, site, op });
		return [{ way: 0, path }];
	}
	walked.tell({ event: "step", path, mm, site, op });
	path.note({ site, op, mm });
	if (op === "use") path.using = { mm, site };
	if (op === "unuse") path.using = undefined;
	if (op === "notify") path.change(mm, { watched: true });
	if (op === "mmgetnz") return getUnlessZero(path, mm, site, result);
	const change = CHANGES[op];
	const held = path.mms.get(mm);
	if (change && held) path.change(mm, changed(held, change, site));
	return [{ way: 0, path }];
}

function changed(held: Held, change: { readonly users?: number; readonly count?: number }, site: Site): Partial<Held> {
	const users = held.users + (change.users ?? 0);
	const count = held.count + (change.count ?? 0);
	const gives = (change.users ?? 0) + (change.count ?? 0) < 0;
	/* an mm that nobody has used yet is freed by its struct's last reference too */
	const isUnused = held.root.root === "alloc" && held.users === 1 && count < 0;
	return { users: isUnused ? 0 : users, count: isUnused ? 0 : count, ...(gives ? { put: site } : { taken: site }) };
}

function produce({ op, site, result, arg }: Extract<Node, { kind: "step" }>, path: Path): readonly Onward[] {
	const isOwn = arg === OWN_MM;
	const failed = isOwn ? undefined : path.fork();
	const mm = path.add({ root: { root: op === "mm_alloc" ? "alloc" : "fresh", site }, code: TRUE, users: 1, alive: isOwn, taken: site });
	path.note({ site, op, mm });
	if (result === undefined) return [{ way: 0, path }];
	path.env.set(result, mm);
	if (!failed) return [{ way: 0, path }];
	failed.env.set(result, NULL);
	return [
		{ way: 0, path },
		{ way: 0, path: failed },
	];
}

function getUnlessZero(path: Path, mm: number, site: Site, result: Key | undefined): readonly Onward[] {
	const held = path.mms.get(mm) as Held;
	const failed = held.users > 0 || held.alive ? undefined : path.fork();
	const { gone: _, ...there } = held;
	path.mms.set(mm, { ...there, users: held.users + 1, taken: site });
	if (result !== undefined) path.env.set(result, TRUE);
	if (!failed) return [{ way: 0, path }];
	const failure = failed.add({ root: { root: "failed", site, good: TRUE, of: mm }, code: FALSE });
	failed.change(mm, { unsure: site });
	if (result !== undefined) failed.env.set(result, failure);
	return [
		{ way: 0, path },
		{ way: 0, path: failed },
	];
}

/** The mm that a node works on; says so when it is one that a call did not give, and nobody has looked. */
function operand(walked: Walked, path: Path, key: Key, site: Site): number | undefined {
	const known = path.env.get(key);
	const held = known === undefined ? undefined : path.mms.get(known);
	if (known !== undefined && held && isNone(held.code)) {
		if (held.root.root === "failed" && !held.tested) {
			walked.tell({ event: "unchecked", path, mm: known, site });
			path.change(known, { tested: true });
		}
		return undefined;
	}
	const mm = path.mmIn(key, isNone);
	const now = mm === undefined ? undefined : path.mms.get(mm);
	if (mm !== undefined && now?.unsure) {
		walked.tell({ event: "unchecked", path, mm, site });
		const { unsure: _, ...sure } = now;
		path.mms.set(mm, sure);
	}
	if (mm !== undefined) path.change(mm, { code: TRUE, ...(key === CURRENT_MM ? { alive: true } : {}) });
	return mm;
}

function hasFailed(path: Path, key: Key): boolean {
	const value = path.env.get(key);
	return value !== undefined && path.mms.get(value)?.root.root === "failed";
}

function takeNote(walked: Walked, node: Extract<Node, { kind: "note" }>, path: Path): void {
	const { note, key, site, lock } = node;
	switch (note) {
		case "access":
		case "deref": {
			const mm = operand(walked, path, key, site);
			if (mm === undefined) return;
			walked.tell({ event: note, path, mm, site });
			path.note({ site, op: note, mm });
			return;
		}
		case "peek":
		case "pass":
		case "hand": {
			const mm = path.env.get(key);
			if (mm === undefined || mm < FIRST) return;
			walked.tell({ event: note === "peek" ? "deref" : "pass", path, mm, site });
			if (note === "hand") handOut(path, mm, site);
			return;
		}
		case "assert":
			return;
		case "share":
			leaveInside(path, key);
			return;
		case "free":
			forgetInside(path, key);
			return;
		case "escape": {
			const value = path.env.get(key);
			if (value !== undefined && value >= FIRST) path.change(value, { escaped: true, tested: true });
			return;
		}
		case "no-mm":
		case "failed": {
			const failure = path.add({ root: { root: "failed", site, good: note === "failed" ? FALSE : TRUE }, code: path.code(key) });
			path.env.set(key, failure);
			return;
		}
		case "lock": {
			const mm = lock?.startsWith("mmap") ? operand(walked, path, key, site) : undefined;
			if (mm !== undefined) walked.tell({ event: "deref", path, mm, site });
			if (path.locks.some((held) => held.key === key && held.kind === lock)) return;
			path.locks = [...path.locks, { kind: lock ?? "", key, mm: mm ?? -1, since: path.tests }];
			return;
		}
		case "unlock": {
			const owner = lock?.startsWith("mmap") ? operand(walked, path, key, site) : undefined;
			if (owner !== undefined) walked.tell({ event: "deref", path, mm: owner, site });
			const isIt = (held: Lock): boolean => (held.key === key || held.key === "") && kindOf(held.kind) === kindOf(lock ?? "");
			const at = path.locks.findLastIndex(isIt);
			if (at < 0 && owner !== undefined) walked.tell({ event: "unlock", path, mm: owner, site });
			if (at >= 0) path.locks = path.locks.filter((_, index) => index !== at);
		}
	}
}

/** A lock for writing may have been turned into one for reading. */
function kindOf(lock: string): string {
	return lock.replace(/-.*$/, "");
}

function takeSet(walked: Walked, node: Extract<Node, { kind: "set" }>, path: Path): void {
	const { target, value, site } = node;
	const before = path.env.get(target);
	if ("is" in value) {
		const held = before === undefined ? undefined : path.mms.get(before);
		if (held?.root.root === "failed" && !held.tested && isNone(encodeValue(value.is, []))) path.learn(target, encodeValue(value.is, []));
		else path.env.set(target, encodeValue(value.is, []));
	} else if ("copy" in value) {
		const known = path.env.get(value.copy);
		const isOpen = known === undefined || known === UNKNOWN || known === TRUE || known > OTHER;
		const isKnown = known !== undefined && (known >= FIRST || !isOpen);
		const copied = isKnown || !walked.holdsMm(value.copy) ? known : path.mmIn(value.copy, isNone);
		if (copied === undefined) path.env.delete(target);
		else path.env.set(target, copied);
	} else path.env.delete(target);
	for (const key of walked.dependents.of(target)) path.env.delete(key);
	for (const [mm, { stored, left }] of path.mms)
		if (!left && stored.some((key) => key !== target && dependsOn(key, target))) path.change(mm, { left: true });
	/* what is only known to be there is not stored */
	if (!walked.isKept(target) || site.text === "") return;
	const now = path.env.get(target);
	overwrite(path, now, target, site);
	if (now !== undefined && now >= FIRST) {
		const held = path.mms.get(now);
		if (held && !held.stored.includes(target)) path.change(now, { stored: [...held.stored, target], tested: true });
		path.note({ site, op: "store", mm: now });
	}
}

function takeBranch(node: Extract<Node, { kind: "branch" }>, path: Path): readonly Onward[] {
	const { on, site } = node;
	const left = on.test === "equal" ? on.left : on.key;
	const right = on.test === "equal" ? on.right : undefined;
	const asked = on.test === "is" ? encodeValue(on.value, []) : right === undefined ? UNKNOWN : path.code(right);
	const same = right !== undefined && (left === right || sameMm(path, left, right));
	const value = path.env.get(left);
	const failed = value === undefined ? undefined : path.mms.get(value);
	const outcomes = decide(on.test, path.code(left), asked, same);
	return outcomes.map((outcome, nth) => {
		/* the last one may have the path itself */
		const next = nth === outcomes.length - 1 ? path : path.fork();
		next.tests++;
		if (on.test !== "is") next.learn(left, outcome.left);
		if (right !== undefined) next.learn(right, outcome.right);
		if (right !== undefined && outcome.taken) unify(next, left, right);
		if (site.text !== "") next.note({ site, op: "branch", branch: outcome.taken });
		if (value !== undefined && failed?.root.root === "failed" && !failed.tested && site.text !== "") {
			const { good, of } = failed.root;
			if (!decide(on.test, good, asked, false).some(({ taken }) => taken === outcome.taken)) {
				next.change(value, { tested: true, gone: failed.root.site });
				const about = of === undefined ? undefined : next.mms.get(of);
				if (of !== undefined && about) {
					const { unsure: _, ...sure } = about;
					next.mms.set(of, { ...sure, gone: failed.root.site });
				}
			}
		}
		return { way: outcome.taken ? 0 : 1, path: next };
	});
}

function sameMm(path: Path, left: Key, right: Key): boolean {
	const value = path.env.get(left);
	return value !== undefined && value >= FIRST && value === path.env.get(right);
}

/** Two variables are found to hold the same mm. */
function unify(path: Path, left: Key, right: Key): void {
	const a = path.env.get(left);
	const b = path.env.get(right);
	const isCurrent = left === CURRENT_MM || right === CURRENT_MM;
	for (const number of [a, b]) if (isCurrent && number !== undefined && number >= FIRST) path.change(number, { alive: true });
	if (a === undefined || b === undefined || a === b || a < FIRST || b < FIRST) return;
	const [kept, gone] = isClean(path.mms.get(b)) ? [a, b] : isClean(path.mms.get(a)) ? [b, a] : [a, a];
	if (kept === gone) return;
	for (const [key, value] of path.env) if (value === gone) path.env.set(key, kept);
	path.mms.delete(gone);
}

function isClean(held: Held | undefined): boolean {
	return held !== undefined && held.users === 0 && held.count === 0 && held.stored.length === 0;
}

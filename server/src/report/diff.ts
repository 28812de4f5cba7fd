/** Unified diffs, as `patch -p1` and `git apply` take them. */

/** Lines of context around a change. */
const CONTEXT = 3;

/** A run of lines that differ: those from `from` up to `to` give way to those of the other text from `newFrom` up to `newTo`. From 0. */
interface Change {
	readonly from: number;
	readonly to: number;
	readonly newFrom: number;
	readonly newTo: number;
}

/** The change of one file as a unified diff; empty when there is none. `path` is relative to where the patch is applied. */
export function writeDiff(path: string, before: string, after: string): string {
	const old = splitLines(before);
	const now = splitLines(after);
	const hunks = groupChanges(findChanges(old, now)).map((changes) => writeHunk(changes, old, now));
	return hunks.length === 0 ? "" : `--- ${quotePath(`a/${path}`)}\n+++ ${quotePath(`b/${path}`)}\n${hunks.join("")}`;
}

/** Lines with their ends; the last one has none when the text does not end in a newline. */
function splitLines(text: string): readonly string[] {
	return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A name with blanks ends at a tab; one with quotes or control characters is quoted as C does it. */
function quotePath(name: string): string {
	if (/["\\\p{Cc}]/u.test(name)) return JSON.stringify(name).replace(/\\u00(..)/g, (_, hex) => `\\${octal(Number.parseInt(hex, 16))}`);
	return name.includes(" ") ? `${name}\t` : name;
}

function octal(code: number): string {
	return code.toString(8).padStart(3, "0");
}

/** Myers' shortest edit script: walks back through the furthest points that each number of edits reaches. */
function findChanges(old: readonly string[], now: readonly string[]): readonly Change[] {
	const rounds: Map<number, number>[] = [];
	let furthest = new Map<number, number>([[1, 0]]);
	for (let edits = 0; ; edits++) {
		rounds.push(furthest);
		const next = new Map(furthest);
		for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
			let x = startOf(furthest, diagonal, edits);
			while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
			next.set(diagonal, x);
			if (x >= old.length && x - diagonal >= now.length) return trace(rounds, old.length, now.length);
		}
		furthest = next;
	}
}

function isInsertion(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
	return diagonal === -edits || (diagonal !== edits && (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0));
}

/** Where a round begins on a diagonal: a line further in the new text, or in the old one. */
function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
	return isInsertion(furthest, diagonal, edits) ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1;
}

function trace(rounds: readonly ReadonlyMap<number, number>[], oldLength: number, newLength: number): readonly Change[] {
	const changes: Change[] = [];
	let diagonal = oldLength - newLength;
	for (let edits = rounds.length - 1; edits > 0; edits--) {
		const furthest = rounds[edits] as ReadonlyMap<number, number>;
		const inserts = isInsertion(furthest, diagonal, edits);
		const x = startOf(furthest, diagonal, edits);
		const y = x - diagonal;
		const change = inserts ? { from: x, to: x, newFrom: y - 1, newTo: y } : { from: x - 1, to: x, newFrom: y, newTo: y };
		const later = changes[0];
		if (later && later.from === change.to && later.newFrom === change.newTo) changes[0] = { ...change, to: later.to, newTo: later.newTo };
		else changes.unshift(change);
		diagonal += inserts ? 1 : -1;
	}
	return changes;
}

/** Changes whose contexts meet share a hunk. */
function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
	const groups: Change[][] = [];
	for (const change of changes) {
		const last = groups.at(-1)?.at(-1);
		if (last && change.from - last.to <= 2 * CONTEXT) groups.at(-1)?.push(change);
		else groups.push([change]);
	}
	return groups;
}

function writeHunk(changes: readonly Change[], old: readonly string[], now: readonly string[]): string {
	const first = changes[0] as Change;
	const last = changes.at(-1) as Change;
	const before = Math.min(CONTEXT, first.from);
	const behind = Math.min(CONTEXT, old.length - last.to);
	let body = "";
	let at = first.from - before;
	for (const change of changes) {
		body += writeLines(" ", old.slice(at, change.from));
		body += writeLines("-", old.slice(change.from, change.to)) + writeLines("+", now.slice(change.newFrom, change.newTo));
		at = change.to;
	}
	body += writeLines(" ", old.slice(at, at + behind));
	const range = (from: number, to: number): string => `${to > from ? from + 1 : from},${to - from}`;
	return `@@ -${range(first.from - before, last.to + behind)} +${range(first.newFrom - before, last.newTo + behind)} @@\n${body}`;
}

function writeLines(sign: string, lines: readonly string[]): string {
	return lines.map((line) => (line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`)).join("");
}

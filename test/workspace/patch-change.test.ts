/** What a patch brings to the files on disk, before it is applied and after. */

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPatchChange } from "../../server/src/workspace/patch-change.ts";
import { commitAll, edit, git, makeRepository } from "./repository.ts";
import { makeTree } from "./tree.ts";

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
const OLD = LINES.join("");
const NEW = OLD.replace("line 5\n", "line five\n").replace("line 20\n", "");

/** A series of the commits since the first, as it is sent. */
function formatPatch(root: string, first = "HEAD~1"): string {
	return git(root, "format-patch", "--stdout", "--cover-letter", first);
}

async function read(root: string, patch: string | Uint8Array, name = "p.patch") {
	const { before, after, lines } = await readPatchChange(root, Buffer.from(patch), name);
	return { before: Object.fromEntries(before), after: after && Object.fromEntries(after), lines: Object.fromEntries(lines) };
}

const FILES = { "a.c": OLD, "gone.h": "g\n", "old.c": OLD, "note.txt": "n\n", "same.c": "s\n" };
const EDITS = { "a.c": NEW, "gone.h": undefined, "new dir.c": "+\n", "old.c": undefined, "é.c": OLD, "note.txt": "m\n" };
const BEFORE = { "a.c": OLD, "gone.h": "g\n", "new dir.c": undefined, "old.c": OLD, "é.c": undefined };
const AFTER = { "a.c": NEW, "gone.h": undefined, "new dir.c": "+\n", "old.c": undefined, "é.c": OLD };
const CHANGED = {
	"a.c": [
		{ first: 5, last: 5 },
		{ first: 19, last: 20 },
	],
	"new dir.c": [{ first: 1, last: 1 }],
	"é.c": [{ first: 1, last: 30 }],
};

describe("a patch", () => {
	it("that is not applied yet says what it would make of the files, renamed and deleted ones too", async () => {
		const root = makeRepository(FILES);
		edit(root, EDITS);
		commitAll(root);
		const patch = formatPatch(root);
		expect(patch).toContain("rename from old.c");
		expect(await read(makeTree(FILES), patch)).toEqual({ before: BEFORE, after: AFTER, lines: CHANGED });
	});

	it("that is applied already says what the files were", async () => {
		const root = makeRepository(FILES);
		edit(root, EDITS);
		commitAll(root);
		expect(await read(root, formatPatch(root))).toEqual({ before: BEFORE, after: undefined, lines: CHANGED });
	});

	it("may be a series of which one builds on the other, as format-patch and log write it", async () => {
		const root = makeRepository({ "a.c": OLD, "note.txt": "n\n" });
		edit(root, { "a.c": OLD.replace("line 5\n", "line V\n") });
		commitAll(root);
		edit(root, { "a.c": undefined, "b.c": NEW });
		commitAll(root);
		const expected = { before: { "a.c": OLD, "b.c": undefined }, lines: { "b.c": [{ first: 1, last: 29 }] } };
		for (const series of [formatPatch(root, "HEAD~2"), git(root, "log", "--reverse", "--patch", "HEAD~2..")]) {
			expect(await read(makeTree({ "a.c": OLD }), series)).toEqual({ ...expected, after: { "a.c": undefined, "b.c": NEW } });
			expect(await read(root, series)).toEqual({ ...expected, after: undefined });
		}
	});

	it("may be at other lines than it says, and made by diff", async () => {
		const patch = "--- tree/a.c\t2024-01-01\n+++ tree/a.c\t2024-01-02\n@@ -4,3 +4,3 @@\n line 4\n-line 5\n+line five\n line 6\n";
		const root = makeTree({ "a.c": `more\n${OLD}` });
		expect((await read(root, patch)).lines).toEqual({ "a.c": [{ first: 6, last: 6 }] });
	});

	it("is nothing where it changes no C file", async () => {
		const patch = "diff --git a/note.txt b/note.txt\n--- a/note.txt\n+++ b/note.txt\n@@ -1 +1 @@\n-n\n+m\n";
		expect(await read(makeTree({ "a.c": OLD }), patch)).toEqual({ before: {}, after: {}, lines: {} });
	});

	it("has texts in any encoding, and keeps their line ends", async () => {
		const root = makeRepository({ "a.c": Buffer.from("/* \xe9 */\r\nint a;\r\n", "latin1") });
		edit(root, { "a.c": Buffer.from("/* \xe9 */\r\nint b;\r\n", "latin1") });
		commitAll(root);
		const patch = Buffer.from(git(root, "diff", "--binary", "HEAD~1").replace("\ufffd", "\xe9"), "latin1");
		expect((await read(root, patch)).before).toEqual({ "a.c": "/* \xe9 */\r\nint a;\r\n" });
	});
});

describe("what cannot be used", () => {
	const PATCH = "--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n-line X\n+line Y\n line 2\n";

	it("is a patch that fits neither way, and the place is named", async () => {
		const root = makeTree({ "a.c": OLD });
		await expect(read(root, PATCH)).rejects.toThrow(`--patch: p.patch does not apply to ${root}: patch failed: a.c:1`);
		await expect(read(makeTree({ "b.c": OLD }), PATCH)).rejects.toThrow("a.c: No such file or directory");
	});

	it("is a series of which one part does not fit", async () => {
		const root = makeRepository({ "a.c": OLD });
		edit(root, { "a.c": NEW });
		commitAll(root);
		const series = `${formatPatch(root)}From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\n${PATCH}`;
		await expect(read(root, series)).rejects.toThrow("does not apply");
		await expect(read(makeTree({ "a.c": OLD }), series)).rejects.toThrow("patch failed: a.c:1");
	});

	it("is a text without a patch, a damaged one, and one that is encoded for mail", async () => {
		const root = makeTree({ "a.c": OLD });
		await expect(read(root, "")).rejects.toThrow("--patch: p.patch: there is no patch in it");
		await expect(read(root, "Subject: [PATCH] a\n\nnothing\n")).rejects.toThrow("there is no patch in it");
		await expect(read(root, PATCH.replace("-1,2 +1,2", "-1,9 +1,9"))).rejects.toThrow("corrupt patch");
		await expect(read(root, `Content-Transfer-Encoding: quoted-printable\n\n${PATCH}`)).rejects.toThrow(
			"encoded for mail (quoted-printable)",
		);
	});

	it("is what lies outside the folder, or behind a link", async () => {
		const outside = makeTree({ "a.c": OLD });
		const root = makeTree({ "a.c": OLD });
		await expect(read(root, PATCH.replaceAll(/[ab]\/a\.c/g, "a/../../a.c"))).rejects.toThrow("../../a.c lies outside the tree");
		symlinkSync(join(outside, "a.c"), join(root, "l.c"));
		await expect(read(root, PATCH.replaceAll("/a.c", "/l.c").replace("line X", "line 1"))).rejects.toThrow("No such file");
	});
});

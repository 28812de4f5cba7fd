/** What changed since a commit, as git says it. */

import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readChangeSince } from "../../server/src/workspace/git-change.ts";
import { commitAll, edit, git, makeRepository } from "./repository.ts";
import { makeTree } from "./tree.ts";

const ALL = [{ first: 1, last: Number.POSITIVE_INFINITY }];

/** The change of a work tree as plain objects. */
async function read(...[root, revision, standIn]: Parameters<typeof readChangeSince>) {
	const { before, lines } = await readChangeSince(root, revision, standIn);
	return { before: Object.fromEntries(before), lines: Object.fromEntries(lines) };
}

describe("what changed since a commit", () => {
	it("is the work tree against it: changed, added, deleted and untracked files, staged or not", async () => {
		const root = makeRepository({ "a.c": "1\n2\n3\n4\n", "gone.h": "g\n", "same.c": "s\n", "staged.c": "x\n", "note.txt": "n\n" });
		edit(root, { "a.c": "1\n3\n4\n5\n", "staged.c": "y\n", "added.c": "+\n", "note.txt": "m\n" });
		git(root, "add", "staged.c", "added.c");
		edit(root, { "gone.h": undefined, "untracked.c": "u\n", "untracked.txt": "u\n" });
		expect(await read(root, "HEAD")).toEqual({
			before: { "a.c": "1\n2\n3\n4\n", "gone.h": "g\n", "staged.c": "x\n", "added.c": undefined, "untracked.c": undefined },
			lines: {
				"a.c": [
					{ first: 1, last: 2 },
					{ first: 4, last: 4 },
				],
				"staged.c": [{ first: 1, last: 1 }],
				"added.c": [{ first: 1, last: 1 }],
				"untracked.c": ALL,
			},
		});
	});

	it("is nothing when nothing is different, and what is ignored was there before", async () => {
		const root = makeRepository({ ".gitignore": "build/\n", "a.c": "a\n" });
		mkdirSync(join(root, "build"));
		edit(root, { "build/generated.c": "x\n" });
		chmodSync(join(root, "a.c"), 0o755);
		expect(await read(root, "HEAD")).toEqual({ before: {}, lines: {} });
	});

	it("goes back over several commits, by any name of one", async () => {
		const root = makeRepository({ "a.c": "1\n" });
		git(root, "tag", "--annotate", "--message", "t", "first");
		edit(root, { "a.c": "2\n" });
		commitAll(root);
		edit(root, { "a.c": "3\n" });
		const id = git(root, "rev-parse", "HEAD^").trim();
		for (const name of ["first", "HEAD^", "HEAD~1", id, id.slice(0, 10), "@^"]) {
			expect((await read(root, name)).before, name).toEqual({ "a.c": "1\n" });
		}
		expect((await read(root, "HEAD")).before).toEqual({ "a.c": "2\n" });
	});

	it("has names with blanks, quotes, line breaks and letters of any language, and texts in any encoding", async () => {
		const names = ["a b.c", 'q".c', "é/ü.c", "back\\slash.c", "line\nbreak.c", "-o.c"];
		const root = makeRepository(Object.fromEntries(names.map((name) => [name, Buffer.from("\xe9\n", "latin1")])));
		edit(root, Object.fromEntries(names.map((name) => [name, "e\n"])));
		const change = await read(root, "HEAD");
		expect(change.before).toEqual(Object.fromEntries(names.map((name) => [name, "é\n"])));
		expect(Object.keys(change.lines).sort()).toEqual([...names].sort());
	});

	it("knows no links: one that was a file is gone, a file that was one is new", async () => {
		const root = makeRepository({ "a.c": "a\n", "b.c": "b\n" });
		symlinkSync("a.c", join(root, "link.c"));
		commitAll(root);
		edit(root, { "b.c": undefined, "link.c": undefined });
		edit(root, { "link.c": "l\n" });
		symlinkSync("a.c", join(root, "b.c"));
		expect(await read(root, "HEAD")).toEqual({
			before: { "b.c": "b\n", "link.c": undefined },
			lines: { "link.c": [{ first: 1, last: 1 }] },
		});
	});

	it("has a file in conflict as it stands", async () => {
		const root = makeRepository({ "a.c": "1\n" });
		git(root, "checkout", "--quiet", "-b", "other");
		edit(root, { "a.c": "2\n" });
		commitAll(root);
		git(root, "checkout", "--quiet", "-");
		edit(root, { "a.c": "3\n" });
		commitAll(root);
		expect(() => git(root, "merge", "other")).toThrow();
		expect(await read(root, "HEAD")).toEqual({
			before: { "a.c": "3\n" },
			lines: {
				"a.c": [
					{ first: 1, last: 1 },
					{ first: 3, last: 5 },
				],
			},
		});
	});

	it("keeps to the folder, with paths relative to it", async () => {
		const root = makeRepository({ "a.c": "a\n", "sub/b.c": "b\n", "sub/deep/c.c": "c\n" });
		edit(root, { "a.c": "A\n", "sub/b.c": "B\n", "sub/deep/c.c": "C\n", "sub/d.c": "D\n" });
		expect((await read(join(root, "sub"), "HEAD")).before).toEqual({ "b.c": "b\n", "deep/c.c": "c\n", "d.c": undefined });
	});

	it("does not depend on the settings and variables of whoever asks, as in a hook", async () => {
		const root = makeRepository({ "a.c": "1\n2\n3\n" });
		edit(root, { "a.c": "1\n2\nx\n" });
		for (const setting of [
			"diff.noprefix=true",
			"diff.mnemonicPrefix=true",
			"diff.external=false",
			"color.ui=always",
			"diff.renames=copies",
		]) {
			git(root, "config", ...setting.split("="));
		}
		vi.stubEnv("GIT_DIR", "/nowhere");
		vi.stubEnv("GIT_DIFF_OPTS", "--unified=9");
		vi.stubEnv("GIT_LITERAL_PATHSPECS", "1");
		try {
			expect(await read(root, "HEAD")).toEqual({ before: { "a.c": "1\n2\n3\n" }, lines: { "a.c": [{ first: 3, last: 3 }] } });
		} finally {
			vi.unstubAllEnvs();
		}
	});

	it("takes a text for a file: one that is changed, the same, new, and ignored", async () => {
		const root = makeRepository({ ".gitignore": "own.c\n", "sub/[a].c": "1\n2\n", "b.c": "b\n" });
		edit(root, { "sub/[a].c": "9\n" });
		const text = (path: string, now: string) => read(root, "HEAD", { path, bytes: Buffer.from(now) });
		expect(await text("sub/[a].c", "1\nx\n2\n")).toEqual({
			before: { "sub/[a].c": "1\n2\n" },
			lines: { "sub/[a].c": [{ first: 2, last: 2 }] },
		});
		expect(await text("sub/[a].c", "1\n2\n")).toEqual({ before: {}, lines: {} });
		expect((await text("own.c", "x\n")).lines).toEqual({ "sub/[a].c": [{ first: 1, last: 1 }], "own.c": ALL });
		expect((await text("own.c", "x\n")).before).toEqual({ "sub/[a].c": "1\n2\n", "own.c": undefined });
	});
});

describe("what cannot be asked", () => {
	it.each([
		["", /must name a commit$/],
		["-p", /must name a commit, not "-p"/],
		["--output=x", /must name a commit/],
		["HEAD...HEAD", /takes one commit, not "HEAD\.\.\.HEAD" \(git merge-base/],
		["HEAD..", /takes one commit/],
		["nothing", /there is no commit "nothing" in /],
		["^HEAD", /there is no commit/],
		["HEAD^{tree}", /there is no commit/],
		["HEAD:a.c", /there is no commit/],
		["HEAD HEAD", /there is no commit/],
		["HEAD\nHEAD", /there is no commit/],
		["HEAD; true", /there is no commit/],
	])("the revision %j", async (revision, why) => {
		await expect(readChangeSince(makeRepository({ "a.c": "" }), revision)).rejects.toThrow(why);
	});

	it("a repository without a commit, a folder without one, the folder of git itself, one that is ignored", async () => {
		const root = makeTree({ "a.c": "" });
		await expect(readChangeSince(root, "HEAD")).rejects.toThrow(/is in no git work tree/);
		git(root, "init", "--quiet");
		await expect(readChangeSince(root, "HEAD")).rejects.toThrow(/there is no commit "HEAD"/);
		await expect(readChangeSince(join(root, ".git"), "HEAD")).rejects.toThrow(/is in no git work tree/);
		edit(root, { ".gitignore": "own/\n" });
		commitAll(root);
		mkdirSync(join(root, "own"));
		edit(root, { "own/a.c": "" });
		await expect(readChangeSince(join(root, "own"), "HEAD")).rejects.toThrow(/git knows nothing of .*\/own/);
	});

	it("without git", async () => {
		const root = makeRepository({ "a.c": "" });
		vi.stubEnv("PATH", root);
		try {
			await expect(readChangeSince(root, "HEAD")).rejects.toThrow(/^--diff: git is not installed$/);
		} finally {
			vi.unstubAllEnvs();
		}
	});
});

/** What SECURITY.md promises: a tree is read, and read only as far as it goes; nothing in it is run; nobody is talked to. */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { git, makeRepository } from "../workspace/repository.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, type Run, runProgram } from "./program.ts";

const RECORDER = fileURLToPath(new URL("record-access.mjs", import.meta.url));
/** Where this program and its runtime lie: it may read itself. */
const OWN = [fileURLToPath(new URL("../..", import.meta.url)), "/proc/", "/sys/", "/etc/os-release"];

interface Access {
	readonly kind: string;
	readonly what: string;
}

/** Runs the program and tells what it did. */
function watch(args: readonly string[], cwd: string, input = ""): { readonly run: Run; readonly accesses: readonly Access[] } {
	const log = join(makeTree({ log: "" }), "log");
	const env = { RECORD_ACCESS: log, NODE_OPTIONS: `--import=${pathToFileURL(RECORDER).href}`, XDG_CACHE_HOME: join(log, "../cache") };
	const run = runProgram(args, { cwd, env, input });
	const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
	const accesses = lines.map((line): Access => {
		const [kind, what]: [string, string] = JSON.parse(line);
		return { kind, what };
	});
	return { run, accesses };
}

function readOutside(accesses: readonly Access[], root: string): readonly string[] {
	const paths = accesses.filter(({ kind, what }) => kind === "read" && what.startsWith("/")).map(({ what }) => what);
	const cache = (path: string): boolean => /\/cache\/mm-lifetime(\/|$)/.test(path);
	return paths.filter((path) => path !== root && !path.startsWith(`${root}/`) && !cache(path) && !OWN.some((own) => path.startsWith(own)));
}

/** A C file that names everything it can: paths outside of its tree, links that lead there, and what a compiler would run or open. */
function hostile(outside: string): string {
	return `#include "${outside}/secret.h"
#include <../../../../../..${outside}/secret.h>
#include "out/secret.h"
#include "link.h"
#include_next <${outside}/secret.h>
#embed "${outside}/secret.h"
#line 1 "${outside}/secret.h"
asm(".incbin \\"${outside}/secret.h\\"");
${USE.replace("struct box {", "struct secret; struct box { struct secret hidden;")}`;
}

describe("a hostile tree", () => {
	it("is read as far as it goes: not behind links that lead out, and no path that a C file names", () => {
		const outside = makeTree({
			"secret.h": "struct secret { struct mm_struct *mm; };\n",
			"linux/secret.c": USE,
			"kthread.c": "mmgrab(mm);",
		});
		const root = makeTree({ Makefile: MAKEFILE, "a.c": hostile(outside), "virt/b.c": hostile(outside) });
		symlinkSync(outside, join(root, "out"));
		symlinkSync(outside, join(root, "kernel"));
		symlinkSync(join(outside, "secret.h"), join(root, "link.h"));
		symlinkSync(join(outside, "linux/secret.c"), join(root, "virt/c.c"));
		for (const args of [
			["check", "--uses", "."],
			["check", "a.c"],
			["fix", "--dry-run", "."],
			["facts", "a.c"],
			["check", "--format", "html", "."],
		]) {
			const { run, accesses } = watch(args, root);
			expect([args, run.status]).toEqual([args, expect.any(Number)]);
			expect(accesses.length).toBeGreaterThan(0);
			expect([args, readOutside(accesses, root)]).toEqual([args, []]);
			expect(accesses.filter(({ what }) => what.includes(outside) || /\/(out|kernel)\/|link\.h|virt\/c\.c/.test(what))).toEqual([]);
			expect(run.out).not.toContain("secret.c");
		}
	});

	it("runs nothing: ripgrep and git are those of PATH, and git runs nothing that the repository names", () => {
		const root = makeRepository({
			Makefile: `${MAKEFILE}X := $(shell touch made)\n`,
			"a.c": "",
			".gitattributes": "*.c filter=evil diff=evil\n",
		});
		const mark = join(root, "marks");
		mkdirSync(mark);
		const leave = (name: string): string => `touch '${join(mark, name)}'; cat`;
		for (const name of ["rg", "git", "node", "make", "gcc", "sh"]) {
			writeFileSync(join(root, name), `#!/bin/sh\ntouch '${join(mark, name)}'\n`);
			chmodSync(join(root, name), 0o755);
		}
		for (const hook of ["post-index-change", "post-checkout", "pre-commit", "fsmonitor-watchman", "reference-transaction"]) {
			writeFileSync(join(root, ".git/hooks", hook), `#!/bin/sh\ntouch '${join(mark, hook)}'\n`);
			chmodSync(join(root, ".git/hooks", hook), 0o755);
		}
		for (const [key, value] of [
			["filter.evil.clean", leave("clean")],
			["filter.evil.process", leave("process")],
			["filter.evil.required", "true"],
			["diff.external", leave("external")],
			["diff.evil.command", leave("command")],
			["diff.evil.textconv", leave("textconv")],
			["core.fsmonitor", leave("fsmonitor")],
			["core.pager", leave("pager")],
			["core.sshCommand", leave("ssh")],
		] as const)
			git(root, "config", key, value);
		writeFileSync(join(root, "a.c"), USE);
		for (const args of [
			["check", "."],
			["check", "--diff", "HEAD", "."],
			["fix", "--dry-run", "."],
		]) {
			const { run, accesses } = watch(args, root);
			expect([args, run.error.includes("internal error"), run.status]).toEqual([args, false, 1]);
			const started = accesses.filter(({ kind }) => kind === "start").map(({ what }) => what);
			expect(started.filter((path) => path.startsWith(root) || !["rg", "git"].includes(basename(path)))).toEqual([]);
		}
		expect(existsSync(join(root, "made"))).toBe(false);
		expect(watch(["check", "--diff", "HEAD", "."], root).run.out).toContain("use-without-users-ref");
		expect(readdirSync(mark)).toEqual([]);
	});
});

describe("the network", () => {
	it("is not used by any command, nor by the server over its standard input and output", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE, s: "S a\nspawn\n" });
		const messages = [
			{ id: 1, method: "initialize", params: { processId: null, rootUri: pathToFileURL(root).href, capabilities: {} } },
			{ method: "initialized", params: {} },
			{
				method: "textDocument/didOpen",
				params: { textDocument: { uri: pathToFileURL(join(root, "a.c")).href, languageId: "c", version: 1, text: USE } },
			},
			{ id: 2, method: "mm-lifetime/report", params: {} },
			{ id: 3, method: "shutdown" },
			{ method: "exit" },
		];
		const said = messages.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }));
		const input = said.map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`).join("");
		for (const args of [
			["check", "."],
			["check", "--format", "sarif", "."],
			["simulate", "s"],
			["explain", "use-unknown"],
			["lsp", "--stdio"],
		]) {
			const { run, accesses } = watch(args, root, input);
			expect([args, run.status === 0 || run.status === 1]).toEqual([args, true]);
			expect([args, accesses.filter(({ kind }) => kind === "network")]).toEqual([args, []]);
		}
	});

	it("is in no import but those of the transports that the user asks for", () => {
		const program = readFileSync(PROGRAM, "utf8");
		const imported = [...program.matchAll(/(?:from|require\(|import\() ?["']((?:node:)?(?:https?|http2|tls|dgram|dns|inspector))["']/g)];
		expect(imported.map(([, name]) => name)).toEqual([]);
	});
});

/** What a patch brings, whether the files on disk are those before it or those after it. */

import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Change } from "./change.ts";
import { isSourceName } from "./files.ts";
import { askGit, runGit, toText } from "./git.ts";
import { PLAIN_DIFF, toSource } from "./git-change.ts";
import { InputError } from "./input-error.ts";
import { parsePatch, splitSeries, unquoteName } from "./patch.ts";

const OPTION = "--patch";
/** What of a patch counts; hunks have to fit to the letter, at whatever line. */
const APPLY = ["apply", "--whitespace=nowarn", "--include=*.c", "--include=*.h"];

/**
 * Reads what a patch, or a series of them in one file, does to the C files below a folder. Where it applies, the files on disk are those
 * before it; where it does not, but can be taken back, they are those after it.
 * @param root an absolute folder; paths in the patch are relative to it, behind `a/` and `b/`
 * @param patch as `git format-patch` and `diff -u` make it
 * @param name of the patch, for messages
 * @throws InputError when git is not to be had, and for what is no patch or fits neither way
 */
export async function readPatchChange(root: string, patch: Uint8Array, name: string): Promise<Change> {
	const text = toText(Buffer.from(patch));
	refuseMailEncoding(text, name);
	const parts = splitSeries(text);
	if (parts.length === 0) throw new InputError(`${OPTION}: ${name}: there is no patch in it`);
	const names = new Set(parts.flatMap(readNames));
	for (const path of names)
		if (isAbsolute(path) || path.split("/").includes("..")) throw new InputError(`${OPTION}: ${name}: ${path} lies outside the tree`);
	const paths = [...names].filter(isSourceName);
	const copy = mkdtempSync(join(tmpdir(), "mm-lifetime-"));
	try {
		const copyFiles = (to: string): void => {
			rmSync(join(copy, to), { recursive: true, force: true });
			mkdirSync(join(copy, to));
			for (const path of paths) copyFile(join(root, path), join(copy, to, path));
		};
		for (const folder of ["a", "b"]) copyFiles(folder);
		const why = await applyAll(join(copy, "b"), parts, []);
		if (why === undefined) return await compare(copy, ["a", "b"]);
		copyFiles("b");
		const isThere = (await applyAll(join(copy, "b"), parts.toReversed(), ["--reverse"])) === undefined;
		if (isThere) return await compare(copy, ["b", "a"]);
		throw new InputError(`${OPTION}: ${name} does not apply to ${root}: ${why}`);
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

/** Mail may write a text with other characters than those that it stands for. */
function refuseMailEncoding(text: string, name: string): void {
	const encoding = /^Content-Transfer-Encoding: *(base64|quoted-printable)\s*$/im.exec(text)?.[1];
	if (encoding !== undefined) throw new InputError(`${OPTION}: ${name} is encoded for mail (${encoding}): git mailinfo decodes it`);
}

/** The paths that a patch speaks of, perhaps more. */
function readNames(part: string): readonly string[] {
	return [...part.matchAll(/^(---|\+\+\+|(?:rename|copy) (?:from|to)) ([^\t\n\r]+)/gm)].map(([, before = "", name = ""]) => {
		const path = unquoteName(name);
		return /^[-+]/.test(before) ? path.slice(path.indexOf("/") + 1) : path;
	});
}

/** Copies a file, if there is one; a link is none. */
function copyFile(from: string, to: string): void {
	if (lstatSync(from, { throwIfNoEntry: false })?.isFile() !== true) return;
	mkdirSync(dirname(to), { recursive: true });
	copyFileSync(from, to);
}

/** Applies patches one after the other; returns why one of them does not fit. */
async function applyAll(folder: string, parts: readonly string[], more: readonly string[]): Promise<string | undefined> {
	for (const part of parts) {
		const input = Buffer.from(part, "latin1");
		const { status, error } = await runGit(folder, [...APPLY, ...more, "-"], { input, env: aloneIn(folder), option: OPTION });
		if (status !== 0) return error || `git apply: exit status ${status}`;
	}
	return undefined;
}

/** The difference of two folders below `copy`, one of which holds what is on disk ("a"). */
async function compare(copy: string, [old, now]: readonly ["a", "b"] | readonly ["b", "a"]): Promise<Change> {
	const args = [...PLAIN_DIFF, "--full-index", "--no-renames", "--no-index", "--no-prefix", old, now];
	const files = parsePatch(toText(await askGit(copy, args, { expected: [0, 1], env: aloneIn(copy), option: OPTION })));
	const changed = new Set(files.map(({ path }) => path));
	const textsIn = (folder: string): ReadonlyMap<string, string | undefined> =>
		new Map([...changed].map((path) => [path, readText(join(copy, folder, path))]));
	const lines = new Map(files.filter((file) => file.lines.length > 0).map((file) => [file.path, file.lines] as const));
	return { before: textsIn(old), ...(now === "b" && { after: textsIn(now) }), lines };
}

/** For git in a folder that may lie in somebody's work tree, without settings by which it would write other line ends. */
function aloneIn(folder: string): Readonly<Record<string, string>> {
	return { GIT_CEILING_DIRECTORIES: dirname(folder), GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
}

function readText(path: string): string | undefined {
	return existsSync(path) ? toSource(readFileSync(path)) : undefined;
}

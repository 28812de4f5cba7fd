import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, LineRange } from "./change.ts";
import { askGit, findCommit, readBlobs, toText } from "./git.ts";
import { InputError } from "./input-error.ts";
import { parseHunks, parsePatch } from "./patch.ts";
import { decodeBytes } from "./sources.ts";

/** A text that stands for a file of the work tree, as bytes. */
interface StandIn {
	/** Relative to the root. */
	readonly path: string;
	readonly bytes: Uint8Array;
}

const C_FILES = ["--", "*.c", "*.h"];
/** Whatever the settings of the user are. */
export const PLAIN_DIFF = [
	"diff",
	"--unified=0",
	"--inter-hunk-context=0",
	"--text",
	"--no-ext-diff",
	"--no-textconv",
	"--no-color",
	"--ignore-submodules=all",
];
const ALL_LINES: readonly LineRange[] = [{ first: 1, last: Number.POSITIVE_INFINITY }];

/**
 * What changed in the C files below a folder since a commit. Files that git does not track are new, but for those that it ignores: they are
 * taken to have been there.
 * @param root an absolute folder
 * @param revision as the user wrote it
 * @throws InputError when git or the commit is not to be had, and when git knows nothing of the folder
 */
export async function readChangeSince(root: string, revision: string, standIn?: StandIn): Promise<Change> {
	const commit = await findCommit(root, revision);
	const patch = await askGit(root, [
		...PLAIN_DIFF,
		"--full-index",
		"--no-renames",
		"--relative",
		"--src-prefix=a/",
		"--dst-prefix=b/",
		commit,
		...C_FILES,
	]);
	const untracked = await askGit(root, ["ls-files", "--others", "--exclude-standard", "-z", ...C_FILES]);
	const files = parsePatch(toText(patch));
	const ids = new Map(files.flatMap(({ path, oldId }) => (oldId === undefined ? [] : [[path, oldId] as const])));
	const added = untracked.toString().split("\0").slice(0, -1);
	if (files.length === 0 && added.length === 0) await refuseUnknown(root, commit);
	const blobs = await readBlobs(root, new Set(ids.values()));
	const before = new Map<string, string | undefined>();
	for (const path of [...files.filter((file) => file.present).map((file) => file.path), ...added]) before.set(path, undefined);
	for (const [path, id] of ids) before.set(path, toSource(blobs.get(id)));
	const lines = new Map([
		...files.filter((file) => file.lines.length > 0).map((file) => [file.path, file.lines] as const),
		...added.map((path) => [path, ALL_LINES] as const),
	]);
	if (standIn !== undefined) {
		const old = await readOld(root, commit, standIn.path);
		before.delete(standIn.path);
		lines.delete(standIn.path);
		if (old === undefined || !old.equals(standIn.bytes)) {
			before.set(standIn.path, old && toSource(old));
			lines.set(standIn.path, old === undefined ? ALL_LINES : await compare(root, old, standIn.bytes));
		}
	}
	return { before, lines };
}

/** What is no source had nothing to say before. */
export function toSource(bytes: Uint8Array | undefined): string {
	const text = bytes && decodeBytes(bytes);
	return text?.ok === true ? text.text : "";
}

/** Nothing changed in a folder that git ignores, ever. */
async function refuseUnknown(root: string, commit: string): Promise<void> {
	const known = await askGit(root, ["ls-tree", "--name-only", commit]);
	if (known.length === 0) throw new InputError(`--diff: git knows nothing of ${root} (does it ignore it?)`);
}

/** What a file held at a commit; `undefined` when there was none. */
async function readOld(root: string, commit: string, path: string): Promise<Buffer | undefined> {
	const entry = (await askGit(root, ["ls-tree", "-z", commit, "--", `./${path}`])).toString();
	const id = /^100\d{3} blob (\S+)\t/.exec(entry)?.[1];
	return id === undefined ? undefined : (await readBlobs(root, new Set([id]))).get(id);
}

/** The lines that differ in the newer of two texts. */
async function compare(root: string, old: Uint8Array, now: Uint8Array): Promise<readonly LineRange[]> {
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-"));
	try {
		const file = join(folder, "old");
		writeFileSync(file, old);
		const patch = await askGit(root, [...PLAIN_DIFF, "--no-index", "--", file, "-"], { input: now, expected: [0, 1] });
		return parseHunks(toText(patch).split("\n"));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

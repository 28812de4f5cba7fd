import type { LineRange } from "./change.ts";

/** What a patch of git does to one file. */
export interface FileChange {
	/** As it stands behind `a/` and `b/`. */
	readonly path: string;
	/** The id of what the file held before; absent when there was none (a link is none). */
	readonly oldId?: string;
	/** Whether there is a file afterwards. */
	readonly present: boolean;
	readonly lines: readonly LineRange[];
}

/**
 * Reads a patch as git makes it with `--full-index --no-renames --unified=0`. A file that became a link, or the other way round, comes twice.
 * What changed no text is left out.
 * @param text one character a byte
 */
export function parsePatch(text: string): readonly FileChange[] {
	return `\n${text}`.split("\ndiff --git ").slice(1).flatMap(parseFile);
}

function parseFile(section: string): readonly FileChange[] {
	const [names = "", ...rest] = section.split("\n");
	const firstHunk = rest.findIndex((line) => line.startsWith("@@ "));
	const head = firstHunk < 0 ? rest : rest.slice(0, firstHunk);
	const find = (pattern: RegExp): string | undefined => head.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
	const id = find(/^index ([0-9a-f]+)\.\./);
	if (id === undefined) return [];
	const isFile = (find(/^(?:new file mode|deleted file mode|new mode|index \S+) (\d{6})$/) ?? "100644").startsWith("100");
	const present = isFile && find(/^(deleted) file mode/) === undefined;
	const existed = isFile && !/^0+$/.test(id);
	return [{ path: pathOf(names), ...(existed && { oldId: id }), present, lines: present ? parseHunks(rest) : [] }];
}

/** Both names are the same, so that blanks in them need no care. */
function pathOf(names: string): string {
	return unquoteName(names.slice(0, (names.length - 1) / 2)).slice("a/".length);
}

/** A name as git writes it, in quotes where it has to be. @param name one character a byte */
export function unquoteName(name: string): string {
	return Buffer.from(name.startsWith('"') ? unquote(name.slice(1, -1)) : name, "latin1").toString("utf8");
}

const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r" };

/** Undoes how git quotes a name. */
function unquote(name: string): string {
	return name.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
		code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
	);
}

/**
 * The lines of the new text that the hunks put in. Where lines were only taken out, these are the lines above and below.
 * @param lines of a patch without context
 */
export function parseHunks(lines: readonly string[]): readonly LineRange[] {
	return lines.flatMap((line) => {
		const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line);
		if (hunk === null) return [];
		const first = Number(hunk[1]);
		const count = Number(hunk[2] ?? 1);
		return [count > 0 ? { first, last: first + count - 1 } : { first: Math.max(first, 1), last: first + 1 }];
	});
}

/**
 * The patches of a series, as `git format-patch --stdout` and `git log --patch` write them: commits are applied one after the other. What has
 * no hunk, a rename apart, is left out.
 */
export function splitSeries(text: string): readonly string[] {
	return text
		.split(/^(?=From [0-9a-f]{40,64} |commit [0-9a-f]{40,64}\b)/m)
		.filter((part) => /^(?:@@ -|rename from |GIT binary patch)/m.test(part));
}

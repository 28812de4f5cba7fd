/** Judges texts as the command line would judge files, without a disk. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyse } from "../server/src/analysis/index.ts";
import type { Report } from "../server/src/analysis/types.ts";
import type { Pieces } from "../server/src/facts/index.ts";
import { NEWEST_KNOWN_KERNEL } from "../server/src/kernel/versions.ts";
import { readPieces } from "./facts/parse.ts";

/** Pieces by path and text: two files are never the same, even if their texts are. */
const known = new Map<string, Pieces>();

function piecesOnce(path: string, text: string): Pieces {
	const key = `${path}\0${text}`;
	const pieces = known.get(key) ?? readPieces(text);
	known.set(key, pieces);
	return pieces;
}

/** Judges the given texts as one tree. */
export function judgeTexts(
	texts: Readonly<Record<string, string>>,
	kernel: string = NEWEST_KNOWN_KERNEL,
	read: (path: string, text: string) => Pieces = piecesOnce,
): Report {
	const files = new Map(
		Object.entries(texts)
			.filter(([path]) => /\.[ch]$/.test(path))
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([path, text]) => [path, { path, pieces: read(path, text) }]),
	);
	const tree = { files, has: (path: string) => path in texts, text: (path: string) => texts[path] };
	return analyse(tree, { kernel, kernelForced: false, functions: {}, severity: {}, scope: [] }).report;
}

/** Reads a folder into texts by path. */
export function readTexts(folder: string): Record<string, string> {
	const texts: Record<string, string> = {};
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		texts[path.slice(folder.length + 1).replaceAll("\\", "/")] = readFileSync(path, "utf8");
	}
	return texts;
}

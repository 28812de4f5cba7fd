/** The #include that a fix needs, put where it belongs in the order of the others. */

import type { TextEdit } from "../analysis/types.ts";
import { FIX_CALLS, REFERENCE_HEADER } from "../kernel/fix-words.ts";
import type { Program } from "../program/program.ts";
import { insertLinesBefore } from "./layout.ts";

interface Line {
	readonly line: number;
	readonly path: string;
}

/** The includes of headers of the kernel, in blocks of neighbours, outside of the arms of an `#if`. */
function blocksOf(text: string): readonly (readonly Line[])[] {
	const blocks: Line[][] = [];
	if (!/^\s*#\s*include\s*</m.test(text)) return blocks;
	const lines = text.split("\n");
	const guarded = /^\s*#\s*ifndef\s+(\w+)[^\n]*\n\s*#\s*define\s+\1\b/m.test(text) ? 1 : 0;
	let depth = 0;
	lines.forEach((written, index) => {
		if (!written.includes("#")) return;
		if (/^\s*#\s*if/.test(written)) depth += 1;
		if (/^\s*#\s*endif/.test(written)) depth -= 1;
		const path = /^\s*#\s*include\s*<([^>]+)>/.exec(written)?.[1];
		if (path === undefined || depth > guarded) return;
		const last = blocks.at(-1);
		if (last?.at(-1)?.line === index) last.push({ line: index + 1, path });
		else blocks.push([{ line: index + 1, path }]);
	});
	return blocks;
}

/** The edit that makes a file include the header which declares what fixes call; none where it does, or where it includes nothing. */
export function includeReferences(program: Program, file: string, text: string): readonly TextEdit[] {
	const path = program.kernel.function(FIX_CALLS.pin) ? REFERENCE_HEADER.split : REFERENCE_HEADER.whole;
	const blocks = blocksOf(text);
	const enough: readonly string[] = [path, REFERENCE_HEADER.split];
	if (program.tree.files.get(file)?.pieces.includes.some((include) => enough.includes(include.path))) return [];
	const top = path.slice(0, path.indexOf("/") + 1);
	const count = (block: readonly Line[]): number => block.filter((line) => line.path.startsWith(top)).length;
	const [block] = [...blocks].sort((a, b) => count(b) - count(a));
	const first = block?.[0];
	if (!block || !first) return [];
	const folder = path.slice(0, path.lastIndexOf("/") + 1);
	const behind = block.find((line) => line.path.startsWith(folder) && line.path > path);
	const before = block.filter((line) => line.path.startsWith(top) && line.path < path).at(-1);
	/* where the block is in no order, a header of the same folder is the better neighbour */
	const line = behind && folder !== top ? behind.line : before ? before.line + 1 : first.line;
	return [insertLinesBefore(text, file, line, [`#include <${path}>`])];
}

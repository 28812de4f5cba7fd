/** A tree with edits in place, and what of it they can change. */

import type { FileFacts, FunctionFacts, MacroFacts } from "../facts/types.ts";
import { applyEdits } from "../fixes/layout.ts";
import { placedIn } from "../program/places.ts";
import type { Program } from "../program/program.ts";
import type { Judgements } from "./judgements.ts";
import { nameOfRun } from "./outcome.ts";
import type { Extract, Settings, SourceFile, Tree } from "./snapshot.ts";
import type { Applicability, Finding, TextEdit } from "./types.ts";

/** A finding, and the tree that it was found in. */
export interface Unproved {
	readonly finding: Finding;
	readonly judgements: Judgements;
	readonly tree: Tree;
	readonly settings: Settings;
	readonly extract: Extract;
	readonly wanted: readonly Applicability[];
}

/** By {@link nameOfRun}, the functions in which the edits stand, and those that call a macro in which they do. */
export function functionsEdited(program: Program, tree: Tree, edits: readonly TextEdit[]): ReadonlySet<string> {
	const edited = new Set<string>();
	for (const { file, line } of edits)
		for (const fn of factsAround(tree, file, line).flatMap(({ functions }) => functions))
			if (isOn(placedIn(tree, file, fn), line)) edited.add(nameOfRun(file, fn.name));
	const macro = macroEdited(tree, edits);
	for (const fn of macro ? program.functionsCalling([macro.name]) : []) edited.add(nameOfRun(fn.file, fn.facts.name));
	return edited;
}

/** The macro in which one of the edits stands. */
export function macroEdited(tree: Tree, edits: readonly TextEdit[]): MacroFacts | undefined {
	for (const { file, line } of edits)
		for (const macro of factsAround(tree, file, line).flatMap(({ macros }) => macros))
			if (isOn(placedIn(tree, file, macro), line)) return macro;
	return undefined;
}

/** Whether a line (from 1) is one of those on which something stands. */
function isOn({ line: first, lineStarts }: FunctionFacts | MacroFacts, line: number): boolean {
	return line > first && line <= first + lineStarts.length + 1;
}

/** The facts of the pieces that stand on a line (from 1) or right beside it. */
function factsAround(tree: Tree, file: string, line: number): readonly FileFacts[] {
	const pieces = tree.files.get(file)?.pieces;
	if (pieces === undefined) return [];
	return pieces.onLines(line - 2, line).map((piece) => pieces.facts(piece));
}

/** The tree with some edits; undefined when a file of them is not there. */
export function editTree(tree: Tree, extract: Extract, edits: readonly TextEdit[]): Tree | undefined {
	const texts = new Map<string, string>();
	const files = new Map<string, SourceFile>(tree.files);
	for (const path of new Set(edits.map((edit) => edit.file))) {
		const own = edits.filter((edit) => edit.file === path);
		const text = tree.text(path);
		const source = tree.files.get(path);
		const edited = text === undefined ? undefined : applyEdits(text, own);
		if (edited === undefined || source === undefined) return undefined;
		texts.set(path, edited);
		files.set(path, { path, pieces: extract(edited, source.pieces) });
	}
	return {
		files,
		has: (path) => tree.has(path),
		text: (path) => texts.get(path) ?? tree.text(path),
		...(tree.common && { common: tree.common }),
	};
}

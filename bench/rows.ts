/** What is measured: whole processes, from the start to the exit. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { seedWords } from "../server/src/kernel/seeds.ts";
import type { EditedFile } from "./edited-file.ts";
import { type Command, measure } from "./measure.ts";

export interface Row {
	readonly name: string;
	readonly command: Command;
	/** Not measured; what the run finds when it starts. */
	readonly before?: () => Promise<void>;
	/** Not measured; also after a run that failed. */
	readonly after?: () => void;
	/** Another program, which may be missing or fail without the rest being in vain. */
	readonly foreign?: true;
}

export interface Measured {
	/** A Linux tree. */
	readonly root: string;
	/** A file of it, which is edited meanwhile. */
	readonly edited: EditedFile;
	/** The command line program. */
	readonly program: string;
	/** A folder to write in. */
	readonly scratch: string;
}

/** What a search costs that looks for the words which make a file matter, and does nothing else: nobody who reads the tree can be quicker. */
export function searchRow(root: string): Row {
	const args = ["-l", "--no-ignore", "--no-config", "--glob=*.c", "--glob=*.h", "-e", seedWords().join("|"), root];
	return { name: "ripgrep for the words to begin with", command: { command: "rg", args, statuses: [0, 1] }, foreign: true };
}

/** The tool on the tree and on one file, without and with what it remembers. */
export function checkRows(measured: Measured): readonly Row[] {
	const { root, edited } = measured;
	return [...rowsOf(measured, "tree", [root]), ...rowsOf(measured, "one file", [edited.path]).filter(({ after }) => after === undefined)];
}

function rowsOf({ edited, program, scratch }: Measured, name: string, args: readonly string[]): readonly Row[] {
	const check = (...options: readonly string[]): Command => ({
		command: process.execPath,
		args: [program, "check", ...args, ...options],
		statuses: [0, 1],
	});
	const empty = mkdtempSync(join(scratch, "empty-"));
	const kept = mkdtempSync(join(scratch, "kept-"));
	const remembered = check("--cache", kept);
	/* also once more after an edit: what is remembered is then that of the file as it is */
	const remember = async (): Promise<void> => {
		await measure(remembered);
	};
	return [
		{ name: `${name}, no cache`, command: check("--no-cache") },
		{
			name: `${name}, empty cache`,
			command: check("--cache", empty),
			before: async () => {
				rmSync(empty, { recursive: true, force: true });
				mkdirSync(empty);
			},
		},
		{ name: `${name}, nothing changed`, command: remembered, before: remember },
		{
			name: `${name}, one file edited`,
			command: remembered,
			before: async () => {
				await remember();
				edited.edit();
			},
			after: () => edited.restore(),
		},
	];
}

/** A rule of ours in another program that finds patterns in C, as kernel developers run theirs. */
export function patternRow(root: string, rule: string): Row {
	const options = ["--very-quiet", "--no-includes", "--include-headers", "--jobs", String(availableParallelism())];
	const args = ["--sp-file", rule, ...options, "--dir", root];
	return { name: "Coccinelle with one rule, once", command: { command: "spatch", args, statuses: [0], limit: 600 }, foreign: true };
}

/** Facts of one file as a line of JSON: what the judging of a tree needs of that file, and depends on nothing else. */

import { statSync } from "node:fs";
import { readIgnores } from "../analysis/ignore.ts";
import { belongTogether, type PiecesTold, tellPieces } from "../facts/given.ts";
import { wholeFacts } from "../facts/index.ts";
import type { FileFacts } from "../facts/types.ts";
import { EVIDENCE_FILES } from "../kernel/evidence.ts";
import { readMakefileVersion } from "../kernel/versions.ts";
import type { Reader } from "./extract.ts";
import { describeError, InputError } from "./input-error.ts";
import { type FileSettings, parseSettings, SETTINGS_FILE } from "./settings-file.ts";
import { readSource } from "./sources.ts";

/** Counts up whenever lines are made of something else. */
const FORMAT = 1;
/** The file at the top of a tree that states its version. */
const MAKEFILE = "Makefile";

/** What made a line: other programs see other facts. */
interface Version {
	readonly format: number;
	readonly program: string;
}

/** The facts of a source. */
export interface SourceLine {
	readonly facts: FileFacts;
	readonly pieces: PiecesTold;
	/** The words of each piece, by key (`syntax/postings.ts`). */
	readonly words: { readonly keys: readonly number[]; readonly pieces: readonly number[] };
	/** The text itself, where its wording counts: it shows what the kernel has, or holds a comment that silences a rule. */
	readonly text?: string;
}

/** What a line says of its file. */
export type Content =
	| SourceLine
	/** Why there are no facts. */
	| { readonly hole: string }
	/** The version that the top Makefile states, if it does. */
	| { readonly kernel?: string }
	| { readonly settings: FileSettings };

/** A line, read. */
export type FactsLine = { readonly file: string; readonly version: Version } & Content;

/** A file to take the facts of. */
export interface FileAsked {
	/** Its path in the tree, with `/`. */
	readonly file: string;
	/** Where it is. */
	readonly path: string;
	/** As the user calls it. */
	readonly name: string;
}

/**
 * Makes the line of a file.
 * @param program the version of this program
 * @throws InputError when there is no such file, or it is a settings file that cannot be used
 */
export function makeLine(asked: FileAsked, reader: Reader, program: string): string {
	const line: FactsLine = { file: asked.file, version: { format: FORMAT, program }, ...contentOf(asked, reader) };
	return `${JSON.stringify(line)}\n`;
}

function contentOf({ file, path, name }: FileAsked, reader: Reader): Content {
	const source = readSource(path);
	if (!source.ok) {
		if (statSync(path, { throwIfNoEntry: false })?.isFile()) return { hole: source.why };
		throw new InputError(`${name}: ${source.why}`);
	}
	const { text } = source;
	if (file === MAKEFILE) {
		const kernel = readMakefileVersion(text.slice(0, 4096));
		return kernel === undefined ? {} : { kernel };
	}
	if (file === SETTINGS_FILE) return { settings: parseSettings(text, name) };
	const pieces = reader.read(text);
	const { keys, pieces: numbers } = pieces.postings ?? { keys: [], pieces: [] };
	return {
		facts: wholeFacts(pieces),
		pieces: tellPieces(pieces),
		words: { keys: [...keys], pieces: [...numbers] },
		...((EVIDENCE_FILES.has(file) || readIgnores(text).length > 0) && { text }),
	};
}

/**
 * Reads a line.
 * @param name where it stands, for messages
 * @throws InputError when it is not one that this version of the program wrote
 */
export function readLine(line: string, name: string, program: string): FactsLine {
	let data: unknown;
	try {
		data = JSON.parse(line);
	} catch (error) {
		throw new InputError(`${name}: not JSON: ${describeError(error)}`);
	}
	if (!isRecord(data) || typeof data["file"] !== "string" || !isRecord(data["version"]))
		throw new InputError(`${name}: no facts of a file`);
	const { format, program: other } = data["version"];
	if (format !== FORMAT || other !== program) {
		const [theirs, ours] = [`${String(other)} (format ${String(format)})`, `${program} (format ${FORMAT})`];
		throw new InputError(`${name}: the facts of ${data["file"]} were made by version ${theirs}, this is ${ours}`);
	}
	if (!isContent(data)) throw new InputError(`${name}: the facts of ${data["file"]} lack a part`);
	if ("settings" in data) parseSettings(JSON.stringify(data["settings"]), name);
	return data as unknown as FactsLine;
}

function isContent(data: Readonly<Record<string, unknown>>): boolean {
	const { file, facts, pieces, words, text } = data;
	if ("hole" in data) return typeof data["hole"] === "string";
	if (file === MAKEFILE) return data["kernel"] === undefined || typeof data["kernel"] === "string";
	if (file === SETTINGS_FILE) return isRecord(data["settings"]);
	return (
		isRecord(facts) &&
		isRecord(pieces) &&
		isRecord(words) &&
		belongTogether(facts as unknown as FileFacts, pieces as unknown as PiecesTold) &&
		Array.isArray(words["keys"]) &&
		Array.isArray(words["pieces"]) &&
		words["keys"].length === words["pieces"].length &&
		(text === undefined || typeof text === "string")
	);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

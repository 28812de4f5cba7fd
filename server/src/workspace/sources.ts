import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeSource, toByteColumn } from "./decode.ts";
import { describeError } from "./input-error.ts";

/** The largest file that is parsed, in bytes; the largest C file of Linux 6.1 has 21 MB and is a generated register header. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export type SourceText =
	| { readonly ok: true; readonly text: string; readonly bytes: number }
	| { readonly ok: false; readonly why: string };

/**
 * Reads one source file.
 * @returns its text, or in one line why it is no source: it cannot be read, is larger than {@link MAX_FILE_BYTES}, or is binary
 */
export function readSource(path: string): SourceText {
	let bytes: Buffer;
	try {
		const stat = statSync(path);
		if (!stat.isFile()) return { ok: false, why: "not read: not a file" };
		if (stat.size > MAX_FILE_BYTES) return { ok: false, why: tooLarge(stat.size) };
		bytes = readFileSync(path);
	} catch (error) {
		return { ok: false, why: `not read: ${describeError(error)}` };
	}
	return decodeBytes(bytes);
}

/** Takes the bytes of a source file from anywhere (standard input); returns as {@link readSource} does. */
export function decodeBytes(bytes: Uint8Array): SourceText {
	if (bytes.byteLength > MAX_FILE_BYTES) return { ok: false, why: tooLarge(bytes.byteLength) };
	const nul = bytes.indexOf(0);
	if (nul >= 0) return { ok: false, why: `not parsed: a binary file (NUL byte at offset ${nul})` };
	return { ok: true, text: decodeSource(bytes), bytes: bytes.byteLength };
}

/** Takes a text that an editor holds; returns as {@link readSource} does for the file that it would save. */
export function takeText(text: string): SourceText {
	const nul = text.indexOf("\0");
	return nul < 0 && text.length <= MAX_FILE_BYTES / 3 ? { ok: true, text, bytes: text.length } : decodeBytes(Buffer.from(text, "utf8"));
}

/** Tells apart what stood in a file at different times, without reading it; `undefined` when there is none. */
export function stampOf(path: string): string | undefined {
	let stat: BigIntStats | undefined;
	try {
		stat = statSync(path, { throwIfNoEntry: false, bigint: true });
	} catch {
		/* in a folder that may not be entered */
	}
	return stat === undefined ? undefined : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

function tooLarge(bytes: number): string {
	return `not parsed: ${bytes} bytes are more than the limit of ${MAX_FILE_BYTES}`;
}

/** Turns columns in UTF-16 units into columns in bytes; keeps the lines of the files that it was asked about. */
export class ByteColumns {
	readonly #base: string;
	readonly #overlay: ReadonlyMap<string, string>;
	readonly #files = new Map<string, { readonly lines: readonly string[]; readonly byteForByte: boolean } | undefined>();

	/**
	 * @param base the absolute folder that paths are relative to
	 * @param overlay texts that stand for files, by absolute path
	 */
	constructor(base: string, overlay: ReadonlyMap<string, string>) {
		this.#base = base;
		this.#overlay = overlay;
	}

	/** Line and column start at 1; returns the column as it is when the file cannot be read. */
	at(file: string, line: number, column: number): number {
		let known = this.#files.get(file);
		if (known === undefined && !this.#files.has(file)) {
			known = this.#read(join(this.#base, file));
			this.#files.set(file, known);
		}
		return toByteColumn(known?.lines[line - 1], column, known?.byteForByte ?? false);
	}

	#read(path: string) {
		const text = this.#overlay.get(path);
		if (text !== undefined) return { lines: text.split("\n"), byteForByte: false };
		const source = readSource(path);
		// As many characters as bytes: plain ASCII, or decoded byte for byte; either way a column is a byte.
		return source.ok ? { lines: source.text.split("\n"), byteForByte: source.text.length === source.bytes } : undefined;
	}
}

import { isUtf8 } from "node:buffer";

/**
 * Decodes the bytes of a source file: as UTF-8, and where that is not valid byte for byte, so that a file in another encoding still has the
 * right lines and each of its bytes is one column.
 */
export function decodeSource(bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
	}
}

/** How bytes that {@link decodeSource} made a text of were written: what that text lacks at its start, and the way back to bytes. */
export interface Encoding {
	/** The byte order mark, or nothing. */
	readonly mark: string;
	encode(text: string): Uint8Array;
}

/** The encoding of the bytes of a source file. */
export function encodingOf(bytes: Uint8Array): Encoding {
	if (!isUtf8(bytes)) return { mark: "", encode: (text) => Buffer.from(text, "latin1") };
	const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
	return { mark: marked ? "\ufeff" : "", encode: (text) => Buffer.from(text, "utf8") };
}

/**
 * Makes a column in bytes, as gcc prints it, out of one in UTF-16 units; both start at 1.
 * @param line the text of the line, or `undefined` when it cannot be had; then the column is returned as it is
 * @param byteForByte true when the file was decoded byte for byte
 */
export function toByteColumn(line: string | undefined, column: number, byteForByte: boolean): number {
	if (line === undefined || byteForByte) return column;
	return Buffer.byteLength(line.slice(0, column - 1), "utf8") + 1;
}

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

/**
 * Turns the text that {@link decodeSource} made of some bytes, edited or not, back into bytes: in the encoding of those bytes, and with the
 * byte order mark that they began with.
 */
export function encodeLike(text: string, original: Uint8Array): Uint8Array {
	if (!isUtf8(original)) return Buffer.from(text, "latin1");
	const mark = original[0] === 0xef && original[1] === 0xbb && original[2] === 0xbf ? "\ufeff" : "";
	return Buffer.from(mark + text, "utf8");
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

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Reads one text after the other into a buffer that is used again. */
export class ByteReader {
	/** Starts at a multiple of four and has room for some bytes behind the file's. */
	buffer: Buffer = allocate(USUAL);
	/** How much of the buffer is the file's. */
	length = 0;
	readonly #usual = this.buffer;

	/** Reads a file; one that cannot be read, or is too large to be source, is as good as empty. */
	read(path: string): this {
		this.length = 0;
		this.buffer = this.#usual;
		let fd: number;
		try {
			fd = openSync(path, "r");
		} catch {
			return this;
		}
		try {
			let length = readInto(fd, this.buffer, 0);
			if (length > USUAL) {
				const { size } = fstatSync(fd);
				if (size > MAX_SEARCHED) return this;
				this.buffer = allocate(Math.max(size, length));
				this.#usual.copy(this.buffer, 0, 0, length);
				length = readInto(fd, this.buffer, length);
			}
			this.length = Math.min(length, this.buffer.length - SLACK);
		} catch {
			this.length = 0;
		} finally {
			closeSync(fd);
		}
		return this;
	}

	/** Takes bytes as those of a file. */
	take(bytes: Buffer): this {
		const room = this.#usual.length - SLACK;
		this.buffer = bytes.length <= room ? this.#usual : allocate(bytes.length);
		this.length = bytes.copy(this.buffer);
		return this;
	}

	/** The file with one character a byte. */
	latin1(): string {
		return this.buffer.toString("latin1", 0, this.length);
	}

	/** Says where the word at an offset, which is that of one of its bytes, starts. */
	wordStart(offset: number): number {
		const { buffer } = this;
		let start = offset;
		while (start > 0 && IS_WORD[buffer[start - 1] as number] === 1) start--;
		return start;
	}

	/** Says where the word at an offset ends. */
	wordEnd(offset: number): number {
		const { buffer, length } = this;
		let end = offset;
		while (end < length && IS_WORD[buffer[end] as number] === 1) end++;
		return end;
	}

	/** The nearest byte before an offset that is no blank; -1 where there is none. */
	byteBefore(offset: number): number {
		let at = offset - 1;
		while (at >= 0 && isBlank(this.buffer[at] as number)) at--;
		return at < 0 ? -1 : (this.buffer[at] as number);
	}

	/** The nearest byte from an offset on that is no blank; -1 where there is none. */
	byteFrom(offset: number): number {
		let at = offset;
		while (at < this.length && isBlank(this.buffer[at] as number)) at++;
		return at < this.length ? (this.buffer[at] as number) : -1;
	}

	/** The line around an offset, one character a byte, without its line end; of a line longer than anybody writes, the neighbourhood. */
	lineAt(offset: number): string {
		const before = this.buffer.subarray(Math.max(0, offset - 2 * MAX_LINE), offset);
		const behind = this.buffer.subarray(offset, Math.min(this.length, offset + MAX_LINE));
		const start = offset - before.length + before.lastIndexOf(LINE_FEED) + 1;
		const next = behind.indexOf(LINE_FEED);
		let end = offset + (next < 0 ? behind.length : next);
		if (this.buffer[end - 1] === CARRIAGE_RETURN) end--;
		return this.buffer.toString("latin1", start, end);
	}
}

/** Most files are much smaller. */
const USUAL = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const MAX_LINE = 400;
/** In bytes. Larger files would be refused by the parser anyway. */
const MAX_SEARCHED = 256 * 1024 * 1024;
/** By how much a view of four bytes at the last one reaches over the end. */
const SLACK = 8;

/** For each byte whether it can be part of a word. */
export const IS_WORD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (/\w/.test(String.fromCharCode(byte)) ? 1 : 0));

function isBlank(byte: number): boolean {
	return byte === 32 || byte === 9;
}

function allocate(size: number): Buffer {
	return Buffer.from(new ArrayBuffer((size + SLACK + 3) & ~3));
}

/** Reads to the end of the file or of the buffer. */
function readInto(fd: number, buffer: Buffer, from: number): number {
	let length = from;
	while (length < buffer.length) {
		const read = readSync(fd, buffer, length, buffer.length - length, null);
		if (read === 0) break;
		length += read;
	}
	return length;
}

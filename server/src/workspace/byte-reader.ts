import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Reads one file after the other into a buffer that is used again. */
export class ByteReader {
	buffer: Buffer = Buffer.allocUnsafe(1 << 20);
	/** How much of the buffer is the file's. */
	length = 0;

	/** Reads a file; one that cannot be read, or is too large to be source, is as good as empty. */
	read(path: string): this {
		this.length = 0;
		let fd: number;
		try {
			fd = openSync(path, "r");
		} catch {
			return this;
		}
		try {
			const size = fstatSync(fd).size;
			if (size > MAX_SEARCHED) return this;
			if (size > this.buffer.length) this.buffer = Buffer.allocUnsafe(size * 2);
			while (this.length < this.buffer.length) {
				const read = readSync(fd, this.buffer, this.length, this.buffer.length - this.length, null);
				if (read === 0) break;
				this.length += read;
			}
		} catch {
			this.length = 0;
		} finally {
			closeSync(fd);
		}
		return this;
	}

	/** The file with one character a byte. */
	latin1(): string {
		return this.buffer.toString("latin1", 0, this.length);
	}

	/** The line around an offset, one character a byte, without its line end; of a line longer than anybody writes, the neighbourhood. */
	lineAt(offset: number): string {
		const before = this.buffer.subarray(Math.max(0, offset - MAX_LINE), offset);
		const behind = this.buffer.subarray(offset, Math.min(this.length, offset + MAX_LINE));
		const start = offset - before.length + before.lastIndexOf(LINE_FEED) + 1;
		const next = behind.indexOf(LINE_FEED);
		let end = offset + (next < 0 ? behind.length : next);
		if (this.buffer[end - 1] === CARRIAGE_RETURN) end--;
		return this.buffer.toString("latin1", start, end);
	}
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const MAX_LINE = 400;
/** In bytes. Larger files would be refused by the parser anyway. */
const MAX_SEARCHED = 256 * 1024 * 1024;

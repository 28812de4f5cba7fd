import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** Reads the files of a zip archive (stored or deflated, no zip64: what vsce writes), by name, in the order of its directory. */
export function readZip(path: string): ReadonlyMap<string, Buffer> {
	const zip = readFileSync(path);
	const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
	const files = new Map<string, Buffer>();
	let at = zip.readUInt32LE(end + 16);
	for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
		const nameLength = zip.readUInt16LE(at + 28);
		const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
		const local = zip.readUInt32LE(at + 42);
		const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
		const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
		files.set(name, zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed));
		at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
	}
	return files;
}

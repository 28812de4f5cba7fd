/** Cached trees as bytes: a header of JSON, then the arrays, all under one checksum. */

import { createHash } from "node:crypto";
import type { Need, SavedOutcomes } from "../analysis/snapshot.ts";
import type { Hole } from "../analysis/types.ts";
import type { IncludeFacts } from "../facts/types.ts";
import type { CachedTree } from "./cache.ts";
import type { KeptFile } from "./kept-tree.ts";
import { Stamps } from "./stamps.ts";

const SUM = 20;
/** Checksum, program, length of the header. */
const HEADER_AT = SUM + SUM + 8;

/** All that is no array of numbers. */
interface Header {
	readonly root: string;
	readonly files: string;
	readonly asked: readonly Need[];
	readonly common: readonly string[];
	readonly failures: readonly Hole[];
	readonly outcomes: SavedOutcomes;
	/** `pieces`, `postings`: how many. */
	readonly kept: readonly {
		readonly path: string;
		readonly hash: string;
		readonly includes: readonly IncludeFacts[];
		readonly functions: number;
		readonly pieces: number;
		readonly directives: number;
		readonly broken: number;
		readonly postings: number;
	}[];
}

/** Puts a tree into bytes. @param program tells apart the programs that write, {@link SUM} bytes */
export function packTree({ files, stamps, tree }: CachedTree, program: Uint8Array, root: string): Uint8Array {
	const header: Header = {
		root,
		files: files.join("\0"),
		asked: tree.asked,
		common: tree.common,
		failures: tree.failures,
		outcomes: tree.outcomes,
		kept: tree.files.map(({ path, hash, includes, outline }) => ({
			path,
			hash,
			includes,
			functions: outline.functions,
			pieces: outline.starts.length,
			directives: outline.directives.length,
			broken: outline.broken.length,
			postings: outline.postings.keys.length,
		})),
	};
	const text = Buffer.from(JSON.stringify(header));
	const arrays = [
		stamps.numbers,
		...tree.files.flatMap(({ outline: { starts, ends, lines, sums, directives, broken, postings } }) => [
			starts,
			ends,
			lines,
			sums,
			directives,
			broken,
			postings.keys,
			postings.pieces,
		]),
	];
	const size = arrays.reduce((sum, array) => sum + array.byteLength, aligned(HEADER_AT + text.length));
	const bytes = Buffer.alloc(size);
	bytes.set(program, SUM);
	bytes.writeDoubleLE(text.length, SUM + SUM);
	text.copy(bytes, HEADER_AT);
	let at = aligned(HEADER_AT + text.length);
	for (const array of arrays) {
		bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
		at += array.byteLength;
	}
	bytes.set(sumOf(bytes), 0);
	return bytes;
}

/** Takes a tree out of bytes; undefined when they are not what this program wrote for the root. */
export function unpackTree(bytes: Uint8Array, program: Uint8Array, root: string): CachedTree | undefined {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (buffer.length < HEADER_AT || !buffer.subarray(SUM, SUM + SUM).equals(program)) return undefined;
	if (!sumOf(buffer).equals(buffer.subarray(0, SUM))) return undefined;
	const length = buffer.readDoubleLE(SUM + SUM);
	const header: Header = JSON.parse(buffer.toString("utf8", HEADER_AT, HEADER_AT + length));
	if (header.root !== root) return undefined;
	const files = header.files === "" ? [] : header.files.split("\0");
	let at = aligned(HEADER_AT + length);
	/* copies: the bytes of a file may begin anywhere */
	const take = (size: number): ArrayBuffer => {
		const part = new Uint8Array(buffer.subarray(at, at + size)).buffer;
		at += size;
		return part;
	};
	const stamps = new Stamps(new Float64Array(take(files.length * 4 * 8)));
	const kept = header.kept.map(({ path, hash, includes, functions, pieces, directives, broken, postings }): KeptFile => {
		const ints = (count: number): Int32Array => new Int32Array(take(count * 4));
		const outline = {
			starts: ints(pieces),
			ends: ints(pieces),
			lines: ints(pieces),
			sums: ints(pieces),
			directives: ints(directives),
			broken: ints(broken),
			functions,
		};
		const words = { keys: new Uint32Array(take(postings * 4)), pieces: new Uint32Array(take(postings * 4)) };
		return { path, hash, includes, outline: { ...outline, postings: words } };
	});
	return {
		files,
		stamps,
		tree: { asked: header.asked, common: header.common, files: kept, failures: header.failures, outcomes: header.outcomes },
	};
}

function sumOf(bytes: Uint8Array): Buffer {
	return createHash("sha1").update(bytes.subarray(SUM)).digest();
}

function aligned(at: number): number {
	return Math.ceil(at / 8) * 8;
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CachedTree } from "../../server/src/workspace/cache.ts";
import type { KeptFile } from "../../server/src/workspace/kept-tree.ts";
import { packTree, unpackTree } from "../../server/src/workspace/pack.ts";
import { Stamps } from "../../server/src/workspace/stamps.ts";

const PROGRAM = new Uint8Array(20).fill(7);
const ROOT = "/tree/ü";

const ints = fc.int32Array({ maxLength: 5 });
const keptFile: fc.Arbitrary<KeptFile> = fc
	.record({
		path: fc.string({ unit: "grapheme" }),
		hash: fc.string(),
		includes: fc.array(fc.record({ path: fc.string(), system: fc.boolean() }), { maxLength: 2 }),
		functions: fc.nat(),
		pieces: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.integer()), { maxLength: 5 }),
		directives: ints,
		broken: ints,
		postings: fc.array(fc.tuple(fc.nat(2 ** 32 - 1), fc.nat()), { maxLength: 5 }),
	})
	.map(({ path, hash, includes, functions, pieces, directives, broken, postings }) => ({
		path,
		hash,
		includes,
		outline: {
			functions,
			directives,
			broken,
			starts: Int32Array.from(pieces, (piece) => piece[0]),
			ends: Int32Array.from(pieces, (piece) => piece[1]),
			lines: Int32Array.from(pieces, (piece) => piece[2]),
			sums: Int32Array.from(pieces, (piece) => piece[3]),
			postings: { keys: Uint32Array.from(postings, (entry) => entry[0]), pieces: Uint32Array.from(postings, (entry) => entry[1]) },
		},
	}));
const stamp = fc.tuple(fc.integer({ min: -1 }), fc.double(), fc.constantFrom(Number.NaN, 0, 1.5e12 + 0.25), fc.maxSafeNat());
const cachedTree: fc.Arbitrary<CachedTree> = fc
	.record({
		files: fc.array(
			fc.tuple(
				fc.string({ unit: "grapheme", minLength: 1 }).map((path) => path.replaceAll("\0", "0")),
				stamp,
			),
			{ maxLength: 6 },
		),
		kept: fc.array(keptFile, { maxLength: 4 }),
		failures: fc.array(fc.record({ file: fc.string(), line: fc.nat(), why: fc.string() }), { maxLength: 2 }),
	})
	.map(({ files, kept, failures }) => ({
		files: files.map(([path]) => path),
		stamps: new Stamps(Float64Array.from(files.flatMap(([, numbers]) => numbers))),
		tree: {
			common: ["field flags in at most 300 files"],
			asked: [
				{ need: "name", name: "f" },
				{ need: "tag", tag: "box", from: "a.c" },
			],
			files: kept,
			failures,
			outcomes: { basis: "b", uses: {}, fixes: {} },
		},
	}));

const SAMPLE = fc
	.sample(cachedTree, { numRuns: 200, seed: 3 })
	.findLast(({ files, tree }) => files.length > 2 && tree.files.length > 1) as CachedTree;

describe("a tree in bytes", () => {
	it("comes out as it went in, wherever the bytes lie", () => {
		fc.assert(
			fc.property(cachedTree, fc.nat(9), (tree, offset) => {
				const bytes = packTree(tree, PROGRAM, ROOT);
				const moved = new Uint8Array(bytes.length + offset).subarray(offset);
				moved.set(bytes);
				expect(unpackTree(moved, PROGRAM, ROOT)).toEqual(tree);
			}),
			{ numRuns: 200, seed: 5 },
		);
	});

	it("is nothing for another program or another root", () => {
		const bytes = packTree(SAMPLE, PROGRAM, ROOT);
		expect(unpackTree(bytes, PROGRAM, ROOT)).toEqual(SAMPLE);
		expect(unpackTree(bytes, new Uint8Array(20).fill(8), ROOT)).toBeUndefined();
		expect(unpackTree(bytes, PROGRAM, `${ROOT}/`)).toBeUndefined();
	});

	it("is nothing when any byte was changed", () => {
		const bytes = Buffer.from(packTree(SAMPLE, PROGRAM, ROOT));
		for (let at = 0; at < bytes.length; at++) {
			const before = bytes[at] as number;
			bytes[at] = before ^ (1 << (at % 8));
			expect(unpackTree(bytes, PROGRAM, ROOT), `byte ${at}`).toBeUndefined();
			bytes[at] = before;
		}
	});

	it("is nothing when it was cut short, or has something behind it", () => {
		const bytes = packTree(SAMPLE, PROGRAM, ROOT);
		for (let length = 0; length < bytes.length; length++) {
			expect(unpackTree(bytes.subarray(0, length), PROGRAM, ROOT), `${length} bytes`).toBeUndefined();
		}
		expect(unpackTree(Buffer.concat([bytes, new Uint8Array(1)]), PROGRAM, ROOT)).toBeUndefined();
		expect(unpackTree(new Uint8Array(100_000), PROGRAM, ROOT)).toBeUndefined();
	});
});

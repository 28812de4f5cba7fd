/** Faults of the disk under the cache: what cannot be written is no cache, and nothing half-written stays. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Cache, type CachedTree } from "../../server/src/workspace/cache.ts";
import { Stamps } from "../../server/src/workspace/stamps.ts";
import { makeTree } from "./tree.ts";

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock("node:fs", async (original) => {
	const real = await original<typeof import("node:fs")>();
	const full = (path: string, code: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });
	return {
		...real,
		writeFileSync: (path: string, bytes: Uint8Array, options: object) => {
			if (!disk.isFull) return real.writeFileSync(path, bytes, options);
			real.writeFileSync(path, bytes.subarray(0, bytes.length / 2), options);
			throw full(path, "ENOSPC");
		},
	};
});

const TREE: CachedTree = {
	files: ["a.c"],
	stamps: new Stamps(Float64Array.of(1, 2, 3, 4)),
	tree: { asked: [], common: [], files: [], failures: [], outcomes: { basis: "b", uses: {}, fixes: {} } },
};

afterEach(() => {
	disk.isFull = false;
});

describe("a full disk", () => {
	it("keeps what was there, leaves no half file, and nothing is thrown", () => {
		const folder = makeTree({});
		const cache = new Cache(folder);
		cache.write("/a", TREE);
		const before = readdirSync(folder);
		disk.isFull = true;
		cache.write("/a", { ...TREE, files: ["b.c"] });
		cache.write("/b", TREE);
		expect(readdirSync(folder)).toEqual(before);
		expect(cache.read("/a")).toEqual(TREE);
		expect(cache.read("/b")).toBeUndefined();
	});

	it("has an end: what is written later counts", () => {
		const cache = new Cache(makeTree({}));
		disk.isFull = true;
		cache.write("/a", TREE);
		disk.isFull = false;
		cache.write("/a", TREE);
		expect(cache.read("/a")).toEqual(TREE);
	});
});

describe("a clock that jumps", () => {
	it("loses nothing: a tree that was put down in the future or long ago is read all the same", () => {
		const folder = makeTree({});
		const cache = new Cache(folder);
		for (const now of ["2001-01-01", "2101-01-01", "2026-01-01"]) {
			vi.setSystemTime(new Date(now));
			expect(cache.read("/a")).toEqual(now === "2001-01-01" ? undefined : TREE);
			cache.write("/a", TREE);
		}
		vi.useRealTimers();
		expect(cache.read("/a")).toEqual(TREE);
		expect(readdirSync(folder)).toHaveLength(1);
	});
});

it("the stand-in for the disk writes as the real one does while it is not full", () => {
	const root = makeTree({});
	writeFileSync(`${root}/a`, Buffer.from("x"), {});
	expect(readFileSync(`${root}/a`, "utf8")).toBe("x");
});

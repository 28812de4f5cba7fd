import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Cache, type CachedTree, defaultCacheFolder } from "../../server/src/workspace/cache.ts";
import { Stamps } from "../../server/src/workspace/stamps.ts";
import { makeTree } from "./tree.ts";

const TREE: CachedTree = {
	files: ["a.c"],
	stamps: new Stamps(Float64Array.of(1, 2, 3, 4)),
	tree: { asked: [], common: [], files: [], failures: [], outcomes: { basis: "b", uses: {}, fixes: {} } },
};

/** Puts trees down, one for each root, and returns the names of their files in that order. */
function fill(folder: string, roots: readonly string[], cache = new Cache(folder)): readonly string[] {
	return roots.map((root) => {
		const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
		cache.write(root, TREE);
		return readdirSync(folder).find((name) => !before.has(name)) ?? "";
	});
}

function setAge(path: string, hours: number): void {
	const time = new Date(Date.now() - hours * 3_600_000);
	utimesSync(path, time, time);
}

/** How many bytes {@link TREE} takes. */
function sizeOfTree(): number {
	const folder = makeTree({});
	const [name = ""] = fill(folder, ["/a"]);
	return statSync(join(folder, name)).size;
}

describe("a cache", () => {
	it("gives what was put into it, for each root its own", () => {
		const folder = join(makeTree({}), "deep/folder");
		const cache = new Cache(folder);
		expect(cache.read("/a")).toBeUndefined();
		cache.write("/a", TREE);
		cache.write("/b", { ...TREE, files: [], stamps: new Stamps(new Float64Array()) });
		expect(new Cache(folder).read("/a")).toEqual(TREE);
		expect(cache.read("/b")?.files).toEqual([]);
		expect(cache.read("/c")).toBeUndefined();
		expect(readdirSync(folder)).toHaveLength(2);
	});

	it("makes a folder that only its user can look into", () => {
		const folder = join(makeTree({}), "a");
		fill(join(folder, "b"), ["/a"]);
		expect([folder, join(folder, "b")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
	});

	it.each<readonly [string, (bytes: Buffer) => Uint8Array]>([
		["empty", () => Buffer.alloc(0)],
		["cut short", (bytes) => bytes.subarray(0, bytes.length - 1)],
		["longer", (bytes) => Buffer.concat([bytes, bytes])],
		["of other bytes", (bytes) => bytes.fill(1)],
		["of another program", (bytes) => bytes.fill(0, 20, 40)],
		["changed in its header", (bytes) => bytes.fill("x", 60, 61)],
		["changed in its numbers", (bytes) => bytes.fill(9, bytes.length - 1)],
	])("has nothing in a file that is %s, and writes it again", (_, damage) => {
		const folder = makeTree({});
		const cache = new Cache(folder);
		const [name = ""] = fill(folder, ["/a"], cache);
		writeFileSync(join(folder, name), damage(readFileSync(join(folder, name))));
		expect(cache.read("/a")).toBeUndefined();
		cache.write("/a", TREE);
		expect(cache.read("/a")).toEqual(TREE);
	});

	it("has nothing in the file of another root", () => {
		const folder = makeTree({});
		const [a = "", b = ""] = fill(folder, ["/a", "/b"]);
		writeFileSync(join(folder, b), readFileSync(join(folder, a)));
		expect(new Cache(folder).read("/b")).toBeUndefined();
		expect(new Cache(folder).read("/a")).toEqual(TREE);
	});

	it("is none where its folder is a file, lies in a file, or is not known", () => {
		const root = makeTree({ file: "text" });
		for (const folder of [join(root, "file"), join(root, "file/below"), undefined]) {
			const cache = new Cache(folder);
			cache.write("/a", TREE);
			expect(cache.read("/a")).toBeUndefined();
		}
		expect(readFileSync(join(root, "file"), "utf8")).toBe("text");
	});

	it("leaves nothing behind where a folder has its file's name", () => {
		const folder = makeTree({});
		const [name = ""] = fill(makeTree({}), ["/a"]);
		mkdirSync(join(folder, name, "in"), { recursive: true });
		const cache = new Cache(folder);
		cache.write("/a", TREE);
		expect(cache.read("/a")).toBeUndefined();
		expect(readdirSync(folder)).toEqual([name]);
	});

	it("writes nothing through a link that somebody else put there", () => {
		const root = makeTree({ file: "text" });
		const [name = ""] = fill(makeTree({}), ["/a"]);
		const folder = join(root, "cache");
		mkdirSync(folder);
		symlinkSync(join(root, "file"), join(folder, name));
		new Cache(folder).write("/a", TREE);
		expect(readFileSync(join(root, "file"), "utf8")).toBe("text");
		expect(new Cache(folder).read("/a")).toEqual(TREE);
	});

	it.skipIf(process.getuid?.() === 0)("is read where it cannot be written", () => {
		const folder = makeTree({});
		fill(folder, ["/a"]);
		chmodSync(folder, 0o500);
		const cache = new Cache(folder);
		cache.write("/b", TREE);
		expect([cache.read("/a"), cache.read("/b")]).toEqual([TREE, undefined]);
		chmodSync(folder, 0o700);
	});
});

describe("the size of a cache", () => {
	it("is bounded: what was not used for longest goes first", () => {
		const folder = makeTree({});
		const cache = new Cache(folder, { maxBytes: 3 * sizeOfTree() });
		const [a = "", b = "", c = ""] = fill(folder, ["/a", "/b", "/c"], cache);
		for (const [index, name] of [a, b, c].entries()) setAge(join(folder, name), 9 - index);
		expect(cache.read("/a")).toEqual(TREE);
		cache.write("/d", TREE);
		expect(["/a", "/b", "/c", "/d"].map((root) => cache.read(root) !== undefined)).toEqual([true, false, true, true]);
	});

	it("is not kept by giving up all others for a tree that is too large", () => {
		const folder = makeTree({});
		fill(folder, ["/a"]);
		const cache = new Cache(folder, { maxBytes: sizeOfTree() });
		cache.write("/b", { ...TREE, files: ["b".repeat(1000)] });
		expect([cache.read("/a"), cache.read("/b")]).toEqual([TREE, undefined]);
		expect(readdirSync(folder)).toHaveLength(1);
	});

	it("counts no files of others, and never removes them", () => {
		const folder = makeTree({ "my.tree": "x".repeat(10_000), "a.tree.c": "x", "pine.tree.1.0a0b0c0d": "x" });
		mkdirSync(join(folder, `${"0".repeat(40)}.tree`));
		for (const name of readdirSync(folder)) setAge(join(folder, name), 1000);
		const cache = new Cache(folder, { maxBytes: sizeOfTree() });
		fill(folder, ["/a"], cache);
		cache.write("/b", TREE);
		expect([cache.read("/a"), cache.read("/b")]).toEqual([undefined, TREE]);
		expect(readdirSync(folder)).toEqual(expect.arrayContaining(["my.tree", "a.tree.c", "pine.tree.1.0a0b0c0d", `${"0".repeat(40)}.tree`]));
	});

	it("does not grow by what programs that were killed left: old drafts go, those of running programs stay", () => {
		const folder = makeTree({});
		const [name = ""] = fill(folder, ["/a"]);
		const drafts = [`${name}.1.00000000`, `${name}.2.00000000`];
		for (const draft of drafts) writeFileSync(join(folder, draft), "half");
		setAge(join(folder, drafts[0] ?? ""), 2);
		new Cache(folder).write("/b", TREE);
		expect(drafts.map((draft) => existsSync(join(folder, draft)))).toEqual([false, true]);
	});
});

describe("the folder of the cache", () => {
	afterEach(() => vi.unstubAllEnvs());

	it.each([
		["/somewhere", "/somewhere/mm-lifetime"],
		["/somewhere/", "/somewhere/mm-lifetime"],
		["", join(homedir(), ".cache/mm-lifetime")],
		["some/where", join(homedir(), ".cache/mm-lifetime")],
		["~/cache", join(homedir(), ".cache/mm-lifetime")],
		[undefined, join(homedir(), ".cache/mm-lifetime")],
	])("with XDG_CACHE_HOME=%s", (base, folder) => {
		vi.stubEnv("XDG_CACHE_HOME", base);
		expect(defaultCacheFolder()).toBe(folder);
	});

	it.each(["", "relative"])("is none where the home is %j", (home) => {
		vi.stubEnv("XDG_CACHE_HOME", "");
		vi.stubEnv("HOME", home);
		expect(defaultCacheFolder()).toBeUndefined();
	});
});

import { chmodSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Stamps } from "../../server/src/workspace/stamps.ts";
import { makeTree } from "./tree.ts";

const FILES = ["a.c", "b.c", "gone.c"];
/** Long after the files were made. */
const LATER = Date.now() + 3_600_000;

function makeFiles(): string {
	return makeTree({ "a.c": "int a;\n", "b.c": "int b;\n" });
}

/** Whether each file looks the same in both. */
function same(now: Stamps, then: Stamps): readonly boolean[] {
	return FILES.map((_, index) => now.isSame(index, then, index));
}

describe("stamps", () => {
	it("are the same for files that nobody touched, and for one that is not there", () => {
		const root = makeFiles();
		expect(same(Stamps.take(root, FILES, LATER), Stamps.take(root, FILES, LATER))).toEqual([true, true, true]);
	});

	it("tell files apart by their places in two lists", () => {
		const root = makeFiles();
		const [now, then] = [Stamps.take(root, ["b.c"], LATER), Stamps.take(root, FILES, LATER)];
		expect([now.isSame(0, then, 1), now.isSame(0, then, 0)]).toEqual([true, false]);
	});

	it.each<readonly [string, (path: string) => void]>([
		["another size", (path) => writeFileSync(path, "int abc;\n")],
		["another text of the same size at the same time", rewriteUnnoticed],
		["another file in its place", replace],
		["no file any more", (path) => rmSync(path)],
		["a folder in its place", makeFolderOf],
	])("differ for %s", (_, change) => {
		const root = makeFiles();
		const then = Stamps.take(root, FILES, LATER);
		waitForTick(root);
		change(join(root, "a.c"));
		expect(same(Stamps.take(root, FILES, LATER), then)).toEqual([false, true, true]);
	});

	it("of files that were changed a moment ago are the same as no others: they may change again within the same tick", () => {
		const root = makeFiles();
		expect(same(Stamps.take(root, FILES), Stamps.take(root, FILES))).toEqual([false, false, true]);
		expect(same(Stamps.take(root, FILES, LATER), Stamps.take(root, FILES))).toEqual([false, false, true]);
	});

	it("of files that say they were changed in the future are the same as no others", () => {
		const root = makeFiles();
		const past = Date.now() - 86_400_000;
		expect(same(Stamps.take(root, FILES, past), Stamps.take(root, FILES, past))).toEqual([false, false, true]);
	});

	it("count bytes of the files that are there", () => {
		expect(Stamps.take(makeFiles(), FILES, LATER).bytes).toBe(14);
		expect(Stamps.take("/nowhere", FILES, LATER).bytes).toBe(0);
		expect(Stamps.take(makeFiles(), [], LATER).bytes).toBe(0);
	});

	it("can be taken in slices", async () => {
		const root = makeFiles();
		const slowly = await Stamps.takeSlowly(root, FILES, async () => undefined);
		expect(slowly.bytes).toBe(14);
		await expect(Stamps.takeSlowly(root, FILES, () => Promise.reject(new Error("enough")))).rejects.toThrow("enough");
	});

	it.skipIf(process.getuid?.() === 0)("count a file in a folder that cannot be entered as not there", () => {
		const root = makeTree({ "in/a.c": "int a;\n" });
		chmodSync(join(root, "in"), 0o644);
		expect(Stamps.take(root, ["in/a.c"], LATER).bytes).toBe(0);
		chmodSync(join(root, "in"), 0o755);
	});
});

function rewriteUnnoticed(path: string): void {
	const { atime, mtime, size } = statSync(path);
	writeFileSync(path, "x".repeat(size));
	utimesSync(path, atime, mtime);
}

function makeFolderOf(path: string): void {
	rmSync(path);
	mkdirSync(path);
}

function replace(path: string): void {
	const { atime, mtime } = statSync(path);
	writeFileSync(`${path}.new`, "int a;\n");
	utimesSync(`${path}.new`, atime, mtime);
	renameSync(`${path}.new`, path);
}

/** Waits until the clock of the file system has moved on. */
function waitForTick(root: string): void {
	const probe = join(root, "probe");
	const tick = (): number => {
		writeFileSync(probe, "");
		return statSync(probe).ctimeMs;
	};
	for (const before = tick(); tick() === before; );
}

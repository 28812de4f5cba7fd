import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EditedFile } from "../../bench/edited-file.ts";
import { makeTree } from "../workspace/tree.ts";

function makeFile(): { readonly folder: string; readonly path: string } {
	const folder = makeTree({ "a.c": Buffer.from("int a;\n\xe9\n", "latin1") });
	return { folder, path: join(folder, "a.c") };
}

describe("an edited file", () => {
	it("has another text each time, and is the same file again afterwards", () => {
		const { folder, path } = makeFile();
		const before = { text: readFileSync(path, "latin1"), stat: statSync(path) };
		const file = new EditedFile(path);
		const texts = new Set<string>();
		for (let edit = 0; edit < 3; edit++) {
			file.edit();
			texts.add(readFileSync(path, "latin1"));
			expect(readdirSync(folder).filter((name) => /\.[ch]$/.test(name))).toEqual(["a.c"]);
			file.restore();
			expect(readdirSync(folder)).toEqual(["a.c"]);
		}
		expect([...texts]).toEqual(["\n", "\n\n", "\n\n\n"].map((end) => before.text + end));
		expect(readFileSync(path, "latin1")).toBe(before.text);
		expect(statSync(path)).toMatchObject({ ino: before.stat.ino, mtimeMs: before.stat.mtimeMs });
	});

	it("is put back by the next run when a run was killed", () => {
		const { folder, path } = makeFile();
		const text = readFileSync(path, "latin1");
		new EditedFile(path).edit();
		expect(readFileSync(path, "latin1")).not.toBe(text);
		new EditedFile(path);
		expect(readFileSync(path, "latin1")).toBe(text);
		expect(readdirSync(folder)).toEqual(["a.c"]);
	});

	it("may be put back twice", () => {
		const { path } = makeFile();
		const file = new EditedFile(path);
		file.restore();
		file.edit();
		file.restore();
		file.restore();
		expect(readFileSync(path, "latin1")).toBe("int a;\n\xe9\n");
	});
});

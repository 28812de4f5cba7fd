import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { startServer } from "./server.ts";
import { readZip } from "./zip.ts";

const TOP = fileURLToPath(new URL("../..", import.meta.url));

interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly files: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")) as Manifest;
const vsix = join(TOP, `build/${manifest.name}-${manifest.version}.vsix`);
const entries = readZip(vsix);

/** The editor's installer calls some files by names of its own. */
const RENAMED: Readonly<Record<string, string>> = { "README.md": "readme.md", "CHANGELOG.md": "changelog.md", LICENSE: "LICENSE.txt" };

function listFiles(path: string): readonly string[] {
	if (statSync(join(TOP, path)).isFile()) return [RENAMED[path] ?? path];
	return readdirSync(join(TOP, path), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(TOP, join(entry.parentPath, entry.name)));
}

const unpacked = mkdtempSync(join(tmpdir(), "mm-lifetime-vsix-"));
for (const [name, bytes] of entries) {
	mkdirSync(dirname(join(unpacked, name)), { recursive: true });
	writeFileSync(join(unpacked, name), bytes);
}
afterAll(() => rmSync(unpacked, { recursive: true, force: true }));

function run(program: string, args: readonly string[]): { readonly status: number | null; readonly out: string } {
	const { status, stdout } = spawnSync(process.execPath, [program, ...args], { cwd: TOP, encoding: "utf8" });
	return { status, out: stdout };
}

describe("the packaged extension", () => {
	it("holds what package.json lists, the build, and nothing else", () => {
		const built = [
			"dist/cli.js",
			"dist/extension.cjs",
			"dist/timeline.js",
			"dist/web-tree-sitter.wasm",
			"dist/tree-sitter-c.wasm",
			"dist/THIRD-PARTY-NOTICES.txt",
			...readdirSync(join(TOP, "docs/rules")).map((name) => `dist/rules/${name}`),
		];
		const listed = manifest.files.filter((path) => path !== "dist").flatMap(listFiles);
		const expected = [
			"[Content_Types].xml",
			"extension.vsixmanifest",
			...["package.json", ...listed, ...built].map((path) => `extension/${path}`),
		];
		expect([...entries.keys()].sort()).toEqual(expected.sort());
	});

	it("is under 1 MB", () => {
		expect(statSync(vsix).size).toBeLessThan(1024 * 1024);
	});

	it("has a README whose pictures need no network", () => {
		const readme = entries.get("extension/readme.md")?.toString("utf8") ?? "";
		expect(readme).toContain("# mm-lifetime");
		expect([...readme.matchAll(/!\[[^\]]*\]\((?!data:image\/png;base64,)[^)]*\)/g)].map(String)).toEqual([]);
	});

	it("has a manifest without what only development needs, and is the same for every platform", () => {
		const shipped = JSON.parse(entries.get("extension/package.json")?.toString("utf8") ?? "") as Record<string, unknown>;
		expect(["scripts", "dependencies", "devDependencies"].filter((key) => key in shipped)).toEqual([]);
		expect(entries.get("extension.vsixmanifest")?.toString("utf8")).not.toContain("TargetPlatform");
	});

	it("tells no path of the machine that it was made on", () => {
		const telling = [...entries].filter(([, bytes]) => bytes.includes(TOP));
		expect(telling.map(([name]) => name)).toEqual([]);
	});

	it("says whose work is in it, and under which licence", () => {
		const notices = entries.get("extension/dist/THIRD-PARTY-NOTICES.txt")?.toString("utf8") ?? "";
		for (const name of ["web-tree-sitter", "tree-sitter-c", "vscode-languageclient", "vscode-languageserver", "vscode-jsonrpc"]) {
			expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(\\w+\\)$`, "m"));
		}
	});

	it("judges as the program that is tested does", () => {
		const args = ["check", "--format", "json", "--uses", "examples/kvmgt/4.18"];
		const [shipped, tested] = [join(unpacked, "extension/dist/cli.js"), join(TOP, "dist/cli.js")].map((program) => run(program, args));
		const withoutTime = (out: string | undefined): unknown => ({ ...(JSON.parse(out ?? "") as Record<string, unknown>), stats: undefined });
		expect(shipped?.status).toBe(1);
		expect(withoutTime(shipped?.out)).toEqual(withoutTime(tested?.out));
	});

	it("serves an editor", async () => {
		const server = startServer(join(unpacked, "extension/dist/cli.js"));
		const { capabilities } = await server.initialize();
		expect(capabilities.hoverProvider).toBe(true);
		expect(await server.end()).toBe(0);
	});
});

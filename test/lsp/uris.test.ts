import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CodeLens, WorkspaceDiagnosticReport } from "vscode-languageserver-protocol/node";
import type { Report } from "../../server/src/analysis/types.ts";
import { ClientUris, toUri as toFileUri, toPath } from "../../server/src/lsp/uris.ts";
import { runProgram } from "../cli/program.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { copyExample, Editor, toUri } from "./editor.ts";

const FILE = "drivers/gpu/drm/i915/gvt/kvmgt.c";

describe("URIs", () => {
	it.each([
		["file:///tmp/a%20b/%25/%C3%A9.c", "/tmp/a b/%/é.c"],
		["file:///tmp/a b/é.c", "/tmp/a b/é.c"],
		["file:///tmp/x%23y%3Fz.c", "/tmp/x#y?z.c"],
	])("%s name %s", (uri, path) => {
		expect(toPath(uri)).toBe(path);
		expect(toPath(toFileUri(path))).toBe(path);
	});

	it.each([
		"untitled:Untitled-1",
		"git:/tmp/a.c?HEAD",
		"file://host/share/a.c",
		"file:///c%3A/a.c",
		"file:///C:/a.c",
		"no uri",
		"file:///a%00.c",
	])("%s names no file of this machine", (uri) => {
		expect(toPath(uri)).toBeUndefined();
	});

	it("are given back as the client wrote them, and through the links that it came by", () => {
		const root = makeTree({ "real/a b.c": "", "real/sub/b.c": "" });
		symlinkSync(join(root, "real"), join(root, "link"));
		const uris = new ClientUris();
		const odd = `file://${root}/real/a%20%62.c`;
		expect(uris.open(odd)).toBe(join(root, "real/a b.c"));
		expect(uris.uriOf(join(root, "real/a b.c"))).toBe(odd);
		uris.close(odd);
		expect(uris.uriOf(join(root, "real/a b.c"))).toBe(toFileUri(join(root, "real/a b.c")));
		expect(uris.open(toFileUri(join(root, "link/sub/b.c")))).toBe(join(root, "real/sub/b.c"));
		expect(uris.uriOf(join(root, "real/a b.c"))).toBe(toFileUri(join(root, "link/a b.c")));
	});
});

describe("documents", () => {
	it("are served under any name, through links, and from any folder", async () => {
		const root = copyExample("kvmgt/4.18", "a b % é ü #1");
		const link = join(root, "..", "link");
		symlinkSync(root, link);
		const [real, linked] = [toUri(join(root, FILE)), toUri(join(link, FILE))];
		const editor = await Editor.start({ folders: [link] });
		const text = readFileSync(join(root, FILE), "utf8");
		await editor.open(linked, text);
		const [found] = await editor.pullFinal(linked);
		const uris = found?.relatedInformation?.map(({ location }) => location.uri) ?? [];
		expect(uris).toContain(linked);
		expect(uris.filter((uri) => !uri.startsWith(toUri(link)))).toEqual([]);
		await editor.close(linked);
		const workspace: WorkspaceDiagnosticReport = await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] });
		expect(workspace.items.map(({ uri }) => uri)).toContain(linked);
		await editor.open(real, text);
		expect(await editor.pullFinal(real)).toHaveLength(1);
	});

	it("that are one file by two names share the text that was opened last, then the one that is left, then the file's", async () => {
		const root = copyExample("kvmgt/4.18");
		const link = join(root, "..", "link");
		symlinkSync(root, link);
		const [real, linked] = [toUri(join(root, FILE)), toUri(join(link, FILE))];
		const editor = await Editor.start({ folders: [root] });
		const text = readFileSync(join(root, FILE), "utf8");
		await editor.open(real, `\n\n${text}`);
		await editor.open(linked, `\n${text}`);
		const lineOf = async (uri: string): Promise<number> => (await editor.pullFinal(uri))[0]?.range.start.line ?? -1;
		const line = text.split("\n").findIndex((each) => /\buse_mm\(/.test(each));
		expect(await lineOf(linked)).toBe(line + 1);
		await editor.close(linked);
		expect(await lineOf(real)).toBe(line + 2);
		await editor.close(real);
		expect(await lineOf(real)).toBe(line);
	});

	it("have the places that the command line finds, whatever their language, line ends and encoding", async () => {
		const text = "/* é */ void f(struct mm_struct *mm)\n{\n\tkthread_use_mm(mm);\n\tkthread_unuse_mm(mm);\n}\n";
		const files = {
			"a.c": text,
			"a.h": text,
			"crlf.c": text.replaceAll("\n", "\r\n"),
			"cr.c": text.replaceAll("\n", " "),
			"mark.c": `\uFEFF${text}`,
			"latin1.c": Buffer.from(text, "latin1"),
		};
		const root = makeTree({ Makefile: MAKEFILE, ...files });
		const editor = await Editor.start({ folders: [root] });
		const report: Report = JSON.parse(runProgram(["check", "--format", "json", "--min-severity", "information", root]).out);
		for (const name of Object.keys(files)) {
			const uri = toUri(join(root, name));
			// What an editor holds has no byte order mark, and a bad byte is one character.
			await editor.open(uri, readFileSync(join(root, name), "utf8").replace(/^\uFEFF/, ""), name.endsWith(".h") ? "cpp" : "c");
			const found = (await editor.pullFinal(uri)).map(({ range: { start, end } }) => [
				start.line,
				start.character,
				end.line,
				end.character,
			]);
			const findings = report.findings.filter(({ file }) => file === name);
			expect(findings, name).toHaveLength(1);
			expect(found, name).toEqual(findings.map((at) => [at.line, at.column, at.endLine, at.endColumn].map((from1) => from1 - 1)));
		}
	});

	it("without a file are judged alone when they are C, and not at all when they are not", async () => {
		const editor = await Editor.start();
		const text = "void f(struct mm_struct *mm)\n{\n\tkthread_use_mm(mm);\n\tkthread_unuse_mm(mm);\n}\n";
		const lenses = (uri: string): Promise<CodeLens[]> => editor.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
		for (const uri of ["untitled:Untitled-1", "vscode-notebook-cell:/a.c#1", "file:///c%3A/driver.c", "file:///C:/driver.c"]) {
			await editor.open(uri, text);
			expect(await lenses(uri), uri).toMatchObject([
				{ range: { start: { line: 2, character: 1 } }, command: { arguments: [uri, expect.anything()] } },
			]);
		}
		await editor.open("untitled:Untitled-2", text, "plaintext");
		expect(await lenses("untitled:Untitled-2")).toEqual([]);
	});

	it("follow workspace folders that come and go", async () => {
		const [first, second] = [copyExample("kvmgt/4.18"), copyExample("f_fs/4.18")];
		mkdirSync(join(first, "empty"));
		const editor = await Editor.start({ folders: [first] });
		const files = async (): Promise<readonly string[]> => {
			const report: WorkspaceDiagnosticReport = await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] });
			return report.items.filter((item) => item.kind === "full" && item.items.length > 0).map(({ uri }) => uri);
		};
		const one = toUri(join(first, FILE));
		const two = toUri(join(second, "drivers/usb/gadget/function/f_fs.c"));
		expect(await files()).toEqual([one]);
		const [was, is] = [first, second].map((folder) => ({ uri: toUri(folder), name: "" }));
		await editor.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: { added: [is], removed: [] } });
		expect((await files()).toSorted()).toEqual([one, two].toSorted());
		await editor.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: { added: [], removed: [was] } });
		expect(await files()).toEqual([two]);
	});
});

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CodeAction, Diagnostic, WorkspaceDiagnosticReport } from "vscode-languageserver-protocol/node";
import type { Report } from "../../server/src/analysis/types.ts";
import { runProgram } from "../cli/program.ts";
import { copyExample, Editor, isRecord, PLAIN, toUri } from "./editor.ts";

const EXAMPLE = "kvmgt/4.18";
const FILE = "drivers/gpu/drm/i915/gvt/kvmgt.c";
/** Where the mm that FILE uses is stored. */
const OTHER = "virt/kvm/kvm_main.c";

/** What the command line says of one file of a tree, from rule, severity, place and message. */
function check(root: string, file: string, args: readonly string[] = []): readonly string[] {
	const run = runProgram(["check", "--format", "json", "--min-severity", "information", ...args, root]);
	const report: Report = JSON.parse(run.out);
	const levels = { error: 1, warning: 2, information: 3 };
	return report.findings
		.filter((finding) => finding.file === file)
		.map(({ rule, severity, line, column, endLine, endColumn, message }) =>
			[rule, levels[severity], `${line - 1}:${column - 1}-${endLine - 1}:${endColumn - 1}`, message].join(" "),
		);
}

function summarize(diagnostics: readonly Diagnostic[]): readonly string[] {
	return diagnostics.map(({ code, severity, range: { start, end }, message }) =>
		[code, severity, `${start.line}:${start.character}-${end.line}:${end.character}`, message].join(" "),
	);
}

describe("diagnostics that the client asks for", () => {
	it("are those of the command line, with the trace as related information and a link to the rule", async () => {
		const root = copyExample(EXAMPLE);
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		const found = await editor.pullFinal(uri);
		expect(summarize(found)).toEqual(check(root, FILE));
		expect(found.length).toBeGreaterThan(0);
		const [first] = found;
		expect(first?.source).toBe("mm-lifetime");
		expect(first?.codeDescription?.href).toMatch(new RegExp(`^file:///.*/rules/${first?.code}\\.md$`));
		expect(readFileSync(new URL(first?.codeDescription?.href ?? ""), "utf8")).toContain(String(first?.code));
		const steps = first?.relatedInformation ?? [];
		expect(steps.length).toBeGreaterThan(3);
		expect(steps.map((step) => step.message).join("\n")).toMatch(/users 0/);
		expect(new Set(steps.map((step) => step.location.uri.slice(0, toUri(root).length)))).toEqual(new Set([toUri(root)]));
		expect(editor.said.filter(({ method }) => method === "textDocument/publishDiagnostics")).toEqual([]);
		expect(await editor.stop()).toBe(0);
	});

	it("are the same again while nothing changed, and count unsaved text", async () => {
		const root = copyExample(EXAMPLE);
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		const text = readFileSync(join(root, FILE), "utf8");
		await editor.open(uri, text);
		await editor.ready();
		const first = await editor.pull(uri);
		expect(await editor.pull(uri, first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
		await editor.change(uri, [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "\n\n" }]);
		const moved = await editor.pull(uri, first.resultId);
		expect(moved.kind === "full" && first.kind === "full" && moved.items[0]?.range.start.line).toBe(
			first.kind === "full" ? (first.items[0]?.range.start.line ?? 0) + 2 : -1,
		);
		await editor.change(uri, "/* nothing */\n");
		expect(await editor.pull(uri, moved.resultId)).toMatchObject({ kind: "full", items: [] });
	});

	it("cover the whole workspace, in parts when the client takes them, and forget what is gone", async () => {
		const root = copyExample(EXAMPLE);
		const editor = await Editor.start({ folders: [root] });
		const first: WorkspaceDiagnosticReport = await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] });
		const files = first.items.filter((item) => item.kind === "full" && item.items.length > 0).map((item) => item.uri);
		expect(files).toEqual([toUri(join(root, FILE))]);
		const previousResultIds = first.items.map(({ uri, resultId }) => ({ uri, value: resultId ?? "" }));
		const again: WorkspaceDiagnosticReport = await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds });
		expect(again.items.map((item) => item.kind)).toEqual(first.items.map(() => "unchanged"));
		rmSync(join(root, FILE));
		await editor.connection.sendNotification("workspace/didChangeWatchedFiles", {
			changes: [{ uri: toUri(join(root, FILE)), type: 3 }],
		});
		await editor.until(async () => {
			const gone: WorkspaceDiagnosticReport = await editor.connection.sendRequest("workspace/diagnostic", {
				previousResultIds,
				partialResultToken: "parts",
			});
			expect(gone.items).toEqual([]);
			const parts = editor.said.filter(({ params }) => isRecord(params) && params["token"] === "parts");
			return JSON.stringify(parts.at(-1)?.params ?? "").includes('"items":[]');
		});
	});

	it("are asked for again when another document changes them", async () => {
		const root = copyExample(EXAMPLE);
		const [source, other] = [join(root, FILE), join(root, OTHER)];
		const editor = await Editor.start({ folders: [root] });
		await editor.open(toUri(source), readFileSync(source, "utf8"));
		await editor.open(toUri(other), readFileSync(other, "utf8"));
		await editor.ready();
		const before = await editor.pull(toUri(source));
		await editor.connection.sendRequest("textDocument/codeLens", { textDocument: { uri: toUri(source) } });
		const asked = editor.said.length;
		await editor.change(toUri(other), "int nothing;\n");
		for (const request of ["workspace/diagnostic/refresh", "workspace/codeLens/refresh"]) {
			await editor.until(() => editor.said.slice(asked).some(({ method }) => method === request));
		}
		expect(editor.said.slice(asked).map(({ method }) => method)).not.toContain("workspace/inlayHint/refresh");
		const after = await editor.pull(toUri(source), before.resultId);
		expect(after.kind === "full" && summarize(after.items).join()).toContain("use-unknown");
		const refreshes = (): number => editor.said.filter(({ method }) => method === "workspace/diagnostic/refresh").length;
		const refreshed = refreshes();
		await editor.close(toUri(other));
		await editor.until(() => refreshes() > refreshed);
		expect(await editor.pull(toUri(source), before.resultId)).toMatchObject({ kind: "unchanged" });
	});
});

describe("a file that changes on disk while nobody watches", () => {
	it("is looked at before a fix that edits it is given, and when a document is saved", async () => {
		const root = copyExample(EXAMPLE);
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		const [found] = await editor.pullFinal(uri);
		const fixesOf = async (): Promise<readonly CodeAction[]> =>
			editor.connection.sendRequest("textDocument/codeAction", {
				textDocument: { uri },
				range: found?.range,
				context: { diagnostics: [], only: ["quickfix"] },
			});
		const touches = (action: CodeAction): boolean => JSON.stringify(action.edit).includes("kvm_main.c");
		const before = (await fixesOf()).filter(touches);
		expect(before).toHaveLength(1);
		const text = readFileSync(join(root, OTHER), "utf8");
		writeFileSync(join(root, OTHER), `// one\n// two\n${text}`);
		/* the first answer may be that everything changed on the way */
		let after: readonly CodeAction[] = [];
		await editor.until(async () => {
			after = await fixesOf().catch(() => []);
			return after.some(touches);
		});
		const lines = (actions: readonly CodeAction[]): readonly number[] =>
			actions
				.filter(touches)
				.flatMap(({ edit }) =>
					(edit?.documentChanges ?? []).flatMap((change) =>
						"edits" in change && change.textDocument.uri.endsWith("kvm_main.c")
							? change.edits.map((one) => ("range" in one ? one.range.start.line : -1))
							: [],
					),
				);
		expect(lines(after)).toEqual(lines(before).map((line) => line + 2));
		writeFileSync(join(root, OTHER), text.replaceAll("mmgrab(", "mmget(").replaceAll("mmdrop(", "mmput("));
		await editor.connection.sendNotification("textDocument/didSave", { textDocument: { uri } });
		await editor.until(async () => (await editor.pullFinal(uri)).length === 0);
	});
});

describe("what was not understood", () => {
	it.each([
		["brackets without end", "(".repeat(2000)],
		["a NUL byte", "int a;\0\nvoid f(void) { kthread_use_mm(mm); }\n"],
	])("%s", async (_, text) => {
		const root = copyExample(EXAMPLE);
		const path = "drivers/odd.c";
		writeFileSync(join(root, path), text);
		const editor = await Editor.start({ folders: [root] });
		await editor.open(toUri(join(root, path)), text);
		const run = runProgram(["check", "--format", "json", join(root, path)]);
		const report: Report = JSON.parse(run.out);
		expect(report.holes).toHaveLength(1);
		const found = await editor.pullFinal(toUri(join(root, path)));
		expect(found.map(({ code, message, severity, range }) => [code, message, severity, range.start.line + 1])).toEqual(
			report.holes.map((hole) => ["hole", hole.why, 3, hole.line]),
		);
	});
});

describe("diagnostics that the client is told", () => {
	it("come by themselves, with the version of the document, and go when it is closed", async () => {
		const root = copyExample(EXAMPLE);
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root], capabilities: PLAIN });
		expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		await editor.until(() => (editor.pushed(uri)?.diagnostics.length ?? 0) > 0);
		expect(summarize(editor.pushed(uri)?.diagnostics ?? [])).toEqual(check(root, FILE));
		expect(editor.pushed(uri)?.version).toBe(1);
		await editor.change(uri, "int nothing;\n");
		await editor.until(() => editor.pushed(uri)?.version === 2);
		expect(editor.pushed(uri)?.diagnostics).toEqual([]);
		await editor.change(uri, readFileSync(join(root, FILE), "utf8"));
		await editor.until(() => editor.pushed(uri)?.version === 3);
		await editor.close(uri);
		await editor.until(() => editor.pushed(uri)?.version === undefined);
		expect(editor.pushed(uri)?.diagnostics).toEqual([]);
	});

	it("are right after a storm of edits", async () => {
		const root = copyExample(EXAMPLE);
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root], capabilities: PLAIN });
		const text = readFileSync(join(root, FILE), "utf8");
		await editor.open(uri, text);
		const start = { line: 0, character: 0 };
		let version = 0;
		for (let index = 0; index < 1000; index++) {
			const insert = index % 3 < 2;
			version = await editor.change(uri, [{ range: { start, end: insert ? start : { line: 1, character: 0 } }, text: insert ? "\n" : "" }]);
		}
		await editor.ready();
		await editor.until(() => editor.pushed(uri)?.version === version);
		writeFileSync(join(root, FILE), `${"\n".repeat(334)}${text}`);
		expect(summarize(editor.pushed(uri)?.diagnostics ?? [])).toEqual(check(root, FILE));
		expect(editor.pushed(uri)?.diagnostics.length).toBeGreaterThan(0);
	});
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CodeAction, CodeLens, Hover, InlayHint, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { runProgram } from "../cli/program.ts";
import { isRecord, PLAIN, toUri } from "./editor.ts";
import { EVERYWHERE, EXPOSED, openExample, UNCOMMENTED } from "./example.ts";

/** The place of a text that occurs in a document. */
function placeOf(text: string, part: string) {
	return TextDocument.create("", "c", 1, text).positionAt(text.indexOf(part) + 1);
}

function isTextEdit(value: unknown): value is TextEdit {
	return isRecord(value) && isRecord(value["range"]) && typeof value["newText"] === "string";
}

/** Applies what an action changes in the one document that it changes. */
function apply(action: CodeAction | undefined, text: string): string {
	const changes = action?.edit?.documentChanges ?? [];
	const edits = changes.flatMap((change) => ("edits" in change ? change.edits : [])).filter(isTextEdit);
	return TextDocument.applyEdits(TextDocument.create("", "c", 1, text), edits);
}

describe("hover", () => {
	it("says what a use is, with links to the lines", async () => {
		const { ask, root, text } = await openExample(EXPOSED);
		const hover = await ask<Hover>("textDocument/hover", { position: placeOf(text, "use_mm(") });
		expect(hover.contents).toMatchObject({ kind: "markdown" });
		const value = isRecord(hover.contents) ? String(hover.contents["value"]) : "";
		expect(value).toMatch(/^\*\*exposed/);
		expect(value).toContain(`](${toUri(root)}/virt/kvm/kvm_main.c#L`);
		expect(await ask("textDocument/hover", { position: { line: 0, character: 0 } })).toBeNull();
	});

	it("is plain text where the client shows no Markdown", async () => {
		const { ask, text } = await openExample(EXPOSED, { capabilities: PLAIN });
		const hover = await ask<Hover>("textDocument/hover", { position: placeOf(text, "use_mm(") });
		expect(hover.contents).toMatchObject({ kind: "plaintext", value: expect.stringMatching(/^exposed/) });
		expect(JSON.stringify(hover.contents)).not.toMatch(/\*\*|`|\]\(/);
	});

	it("has a picture for a client that asks for one, and the command that opens the timeline", async () => {
		const { ask, text, uri } = await openExample(EXPOSED);
		const position = placeOf(text, "use_mm(");
		const { contents } = await ask<Hover>("textDocument/hover", { position, picture: "light" });
		const value = isRecord(contents) ? String(contents["value"]) : "";
		expect(value).toContain("](data:image/svg+xml;base64,");
		const [, query = ""] = /\(command:mmLifetime\.showTrace\?([^)]*)\)/.exec(value) ?? [];
		expect(JSON.parse(decodeURIComponent(query))).toEqual([uri, expect.any(String)]);
		const other = await ask<Hover>("textDocument/hover", { position, picture: "<b>" });
		expect(JSON.stringify(other)).not.toMatch(/data:|command:/);
	});
});

describe("code lenses and inlay hints", () => {
	it("stand over each use, and open its trace", async () => {
		const { ask, uri } = await openExample(EXPOSED);
		const [lens, ...others] = await ask<CodeLens[]>("textDocument/codeLens", {});
		expect(others).toEqual([]);
		expect(lens?.command).toMatchObject({ command: "mmLifetime.showTrace", arguments: [uri, expect.any(String)] });
		expect(lens?.command?.title).toContain("exposed");
		const useId: unknown = lens?.command?.arguments?.[1];
		const byId = await ask<{ trace: unknown[]; uris: object }>("mm-lifetime/trace", { useId });
		expect(byId.trace.length).toBeGreaterThan(3);
		expect(Object.values(byId.uris)).toContain(uri);
		expect(await ask("mm-lifetime/trace", { useId: "nobody's" })).toBeNull();
	});

	it("give the trace of a finding, with its use", async () => {
		const { ask, editor, uri } = await openExample(EXPOSED);
		const report = await editor.pull(uri);
		const data = report.kind === "full" ? report.items.map((item) => item.data).find(isRecord) : undefined;
		const findingId = data?.["findingId"];
		const result = await ask<{ use: { id: string }; finding: { id: string; useId: string }; trace: unknown[]; uris: object }>(
			"mm-lifetime/trace",
			{ findingId },
		);
		expect(result.finding.id).toBe(findingId);
		expect(result.finding.useId).toBe(result.use.id);
		expect(result.trace.length).toBeGreaterThan(3);
		expect(Object.values(result.uris)).toContain(uri);
		expect(await ask("mm-lifetime/trace", { findingId: "nobody's" })).toBeNull();
	});

	it("open the trace from anywhere in the function, the nearest first", async () => {
		const { ask, editor, text, uri } = await openExample(EXPOSED);
		const [lens] = await ask<CodeLens[]>("textDocument/codeLens", {});
		const { line: at, character: column } = lens?.range.start ?? { line: 0, character: 0 };
		const askAt = async (line: number, character: number): Promise<number | undefined> =>
			(await ask<{ use: { line: number } } | null>("mm-lifetime/trace", { position: { line, character } }))?.use.line;
		const lines = text.split("\n");
		const ends = lines.flatMap((line, index) => (line.startsWith("}") ? [index] : []));
		const last = ends.find((end) => end > at) ?? 0;
		const before = ends.findLast((end) => end < at) ?? -1;
		for (const [line, character] of [
			[at, 0],
			[at, column],
			[at, 1000],
			[at - 1, 0],
			[last, 0],
			[before + 1, 0],
		] as const) {
			expect([line, await askAt(line, character)]).toEqual([line, at + 1]);
		}
		for (const line of [before, last + 1]) expect([line, await askAt(line, 0)]).toEqual([line, undefined]);
		const second = lines[at] ?? "";
		await editor.change(uri, [...lines.slice(0, at + 1), second, "\tcpu_relax();", ...lines.slice(at + 1)].join("\n"));
		await editor.ready();
		expect(await askAt(at + 1, 0)).toBe(at + 2);
		expect(await askAt(at + 2, 0)).toBe(at + 2);
		expect(await askAt(at - 1, 0)).toBe(at + 1);
	});

	it("come and go with the settings, at once", async () => {
		const { ask, editor } = await openExample(EXPOSED);
		const count = async (): Promise<readonly number[]> => [
			(await ask<CodeLens[]>("textDocument/codeLens", {})).length,
			(await ask<InlayHint[]>("textDocument/inlayHint", { range: EVERYWHERE })).length,
		];
		expect(await count()).toEqual([1, 0]);
		editor.settings = { codeLens: { enable: false }, inlayHints: { enable: true } };
		await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
		for (const request of ["workspace/codeLens/refresh", "workspace/inlayHint/refresh"]) {
			await editor.until(() => editor.said.some(({ method }) => method === request));
		}
		const [lenses, hints] = await count();
		expect(lenses).toBe(0);
		expect(hints).toBeGreaterThan(0);
		const [hint] = await ask<InlayHint[]>("textDocument/inlayHint", { range: EVERYWHERE });
		expect(hint?.label).toMatch(/^users \d+, count \d+/);
	});
});

describe("code actions", () => {
	it("mend what is found, for the version of the document that they were made for", async () => {
		const { ask, editor, file, root, text, uri } = await openExample(UNCOMMENTED);
		const [diagnostic] = await editor.pullFinal(uri);
		const range = diagnostic?.range;
		const actions = await ask<CodeAction[]>("textDocument/codeAction", { range, context: { diagnostics: [diagnostic] } });
		expect(actions.length).toBeGreaterThan(0);
		expect(actions.filter((action) => action.isPreferred)).toHaveLength(1);
		const [preferred] = actions;
		expect(preferred).toMatchObject({
			kind: "quickfix",
			isPreferred: true,
			diagnostics: [diagnostic],
			edit: { documentChanges: [{ textDocument: { uri, version: 1 } }] },
		});
		const mended = apply(preferred, text);
		await editor.change(uri, mended);
		expect(await editor.pullFinal(uri)).toEqual([]);
		writeFileSync(join(root, file), mended);
		expect(runProgram(["check", root]).status).toBe(0);
	});

	it("mend a reference that is not given back", async () => {
		const { ask, editor, text, uri } = await openExample(UNCOMMENTED);
		const [known] = await editor.pullFinal(uri);
		const leak =
			"int n_of(struct task_struct *task)\n{\n	struct mm_struct *mm = get_task_mm(task);\n\n	if (!mm)\n		return 0;\n	show(mm);\n	return 1;\n}\n";
		await editor.change(uri, `${text}\n${leak}`);
		const diagnostic = (await editor.pullFinal(uri)).find(({ code }) => code === "users-leak");
		const actions = await ask<CodeAction[]>("textDocument/codeAction", {
			range: diagnostic?.range,
			context: { diagnostics: diagnostic ? [diagnostic] : [] },
		});
		expect(actions.map(({ title }) => title)).toEqual([
			expect.stringMatching(/^Give the reference back .*mmput\(mm\);$/),
			expect.stringMatching(/^Silence users-leak here/),
		]);
		await editor.change(uri, apply(actions[0], `${text}\n${leak}`));
		expect((await editor.pullFinal(uri)).map(({ code }) => code)).toEqual([known?.code]);
	});

	it("of a whole document are its safe fixes, asked for as such; while it is saved only those that are ready", async () => {
		const { ask, editor, text, uri } = await openExample(UNCOMMENTED);
		const askFor = (only: readonly string[], triggerKind: number): Promise<CodeAction[]> =>
			ask("textDocument/codeAction", { range: EVERYWHERE, context: { diagnostics: [], only, triggerKind } });
		expect(await askFor(["refactor"], 1)).toEqual([]);
		expect(await askFor(["source.organizeImports"], 1)).toEqual([]);
		await editor.until(async () => (await askFor(["source.fixAll"], 2)).length === 1);
		const [all] = await askFor(["source"], 1);
		expect(all?.kind).toBe("source.fixAll.mm-lifetime");
		await editor.change(uri, apply(all, text));
		expect(await editor.pullFinal(uri)).toEqual([]);
		expect(await askFor(["source.fixAll"], 1)).toEqual([]);
	});
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CodeAction, CodeLens, Hover, InlayHint, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Report } from "../../server/src/analysis/types.ts";
import { runProgram } from "../cli/program.ts";
import { copyExample, Editor, type EditorOptions, isRecord, PLAIN, toUri } from "./editor.ts";

const UNCOMMENTED = { example: "f_fs/4.18", file: "drivers/usb/gadget/function/f_fs.c" };
const EXPOSED = { example: "kvmgt/4.18", file: "drivers/gpu/drm/i915/gvt/kvmgt.c" };
const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };

/** An editor in which one file of an example is open, and all of its tree is read. */
async function openExample({ example, file }: typeof EXPOSED, options: EditorOptions = {}) {
	const root = copyExample(example);
	const text = readFileSync(join(root, file), "utf8");
	const uri = toUri(join(root, file));
	const editor = await Editor.start({ folders: [root], ...options });
	await editor.open(uri, text);
	await editor.ready();
	const ask = <T>(method: string, params: object): Promise<T> =>
		editor.connection.sendRequest(method, { textDocument: { uri }, ...params });
	return { editor, root, file, uri, text, ask };
}

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
		expect(await ask("mm-lifetime/trace", { position: lens?.range.start })).toEqual(byId);
		expect(await ask("mm-lifetime/trace", { useId: "nobody's" })).toBeNull();
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

describe("settings", () => {
	it("set severities, and switch everything off", async () => {
		const { editor, uri } = await openExample(EXPOSED, { settings: { severity: { "use-without-users-ref": "information" } } });
		expect((await editor.pullFinal(uri)).map(({ severity }) => severity)).toEqual([3]);
		editor.settings = { enable: false };
		await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
		await editor.until(() => editor.said.some(({ method }) => method === "workspace/diagnostic/refresh"));
		expect(await editor.pullFinal(uri)).toEqual([]);
	});

	it("that are wrong are named once, and the rest counts", async () => {
		const settings = {
			kernelVersion: "six",
			severity: { "use-without-users-ref": "warning", "use-unknown": "loud" },
			functions: { mine: "nobody_knows" },
			exclude: "*.h",
			codeLens: { enable: "yes" },
		};
		const { editor, uri } = await openExample(EXPOSED, { settings });
		expect((await editor.pullFinal(uri)).map(({ severity }) => severity)).toEqual([2]);
		await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
		await editor.pullFinal(uri);
		const shown = editor.said.filter(({ method }) => method === "window/showMessage").map(({ params }) => JSON.stringify(params));
		for (const key of ["kernelVersion", "severity.use-unknown", "functions.mine", "exclude", "codeLens.enable"]) {
			expect(
				shown.filter((text) => text.includes(`mmLifetime.${key}`)),
				key,
			).toHaveLength(1);
		}
		expect(shown).toHaveLength(5);
	});

	it("come with the handshake or a notification where the client cannot be asked", async () => {
		const initializationOptions = { mmLifetime: { severity: { "use-without-users-ref": "warning" } } };
		const { editor, uri } = await openExample(EXPOSED, { capabilities: PLAIN, initializationOptions });
		await editor.until(() => editor.pushed(uri)?.diagnostics[0]?.severity === 2);
		const settings = { mmLifetime: { severity: { "use-without-users-ref": "information" } } };
		await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings });
		await editor.until(() => editor.pushed(uri)?.diagnostics[0]?.severity === 3);
	});

	it("of the tree itself count, and are named when they are wrong", async () => {
		const { editor, root, uri } = await openExample(EXPOSED);
		const changes = [{ uri: toUri(join(root, ".mm-lifetime.json")), type: 1 }];
		writeFileSync(join(root, ".mm-lifetime.json"), '{"severity": {"use-without-users-ref": "off"}}');
		await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
		await editor.until(async () => (await editor.pullFinal(uri)).length === 0);
		writeFileSync(join(root, ".mm-lifetime.json"), '{"severty": {}}');
		await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
		await editor.until(() => editor.said.some(({ params }) => JSON.stringify(params).includes('unknown key \\"severty\\"')));
		expect(await editor.pullFinal(uri)).toHaveLength(1);
	});
});

describe("the index", () => {
	it("shows its progress, and asks for files to be watched", async () => {
		const { editor } = await openExample(EXPOSED);
		await editor.until(() => editor.said.some(({ params }) => JSON.stringify(params).includes('"kind":"end"')));
		const said = editor.said.map(({ method }) => method);
		expect(said).toContain("window/workDoneProgress/create");
		const progress = editor.said.filter(({ method }) => method === "$/progress").map(({ params }) => JSON.stringify(params));
		expect(progress[0]).toContain('"cancellable":true');
		const registered = editor.said.filter(({ method }) => method === "client/registerCapability");
		expect(JSON.stringify(registered)).toContain("**/*.{c,h}");
	});

	it("is cancelled where the user sees it, and goes on when it is asked for", async () => {
		const root = copyExample(EXPOSED.example);
		const text = readFileSync(join(root, EXPOSED.file), "utf8");
		for (let index = 0; index < 150; index++) writeFileSync(join(root, `copy${index}.c`), text.replaceAll("kvmgt_rw_gpa", `copy${index}`));
		const editor = await Editor.start({ folders: [root] });
		const uri = toUri(join(root, EXPOSED.file));
		await editor.open(uri, text);
		const progress = (): readonly { token: unknown; kind: unknown }[] =>
			editor.said.flatMap(({ method, params }) =>
				method === "$/progress" && isRecord(params) && isRecord(params["value"])
					? [{ token: params["token"], kind: params["value"]["kind"] }]
					: [],
			);
		await editor.until(() => progress().some(({ kind }) => kind === "begin"));
		await editor.connection.sendNotification("window/workDoneProgress/cancel", { token: progress()[0]?.token });
		await editor.until(() => progress().some(({ kind }) => kind === "end"));
		expect(await editor.connection.sendRequest("mm-lifetime/status")).toMatchObject({ index: { state: "idle" } });
		expect(await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] })).toMatchObject({
			items: { length: 151 },
		});
		expect(await editor.connection.sendRequest("mm-lifetime/status")).toMatchObject({ index: { state: "ready" } });
	});

	it("takes a checkout of many files as one change", async () => {
		const { editor, root, uri } = await openExample(EXPOSED, { initializationOptions: { status: true } });
		const codes = async (): Promise<readonly unknown[]> => (await editor.pullFinal(uri)).map(({ code }) => code);
		expect(await codes()).toEqual(["use-without-users-ref"]);
		const before = editor.said.length;
		const changes = Array.from({ length: 50_000 }, (_, index) => ({ uri: toUri(join(root, `drivers/none/${index}.c`)), type: 1 }));
		const capture = join(root, "virt/kvm/kvm_main.c");
		writeFileSync(capture, "int nothing;\n");
		changes[25_000] = { uri: toUri(capture), type: 2 };
		for (let from = 0; from < changes.length; from += 5000) {
			await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: changes.slice(from, from + 5000) });
		}
		await editor.until(() => editor.said.slice(before).some(({ method }) => method === "workspace/diagnostic/refresh"));
		expect(await codes()).toEqual(["use-unknown"]);
		const said = editor.said.slice(before).map(({ method }) => method);
		expect(said.filter((method) => method === "workspace/diagnostic/refresh")).toHaveLength(1);
		expect(said).not.toContain("window/workDoneProgress/create");
	});
});

describe("the report", () => {
	it("is that of the command line, unsaved texts counted", async () => {
		const { editor, root, uri } = await openExample(EXPOSED);
		const ask = (): Promise<{ report: Report; text: string }> => editor.connection.sendRequest("mm-lifetime/report", {});
		const { report, text } = await ask();
		const run: Report = JSON.parse(runProgram(["check", "--uses", "--format", "json", "--min-severity", "information", root]).out);
		expect(report.uses).toEqual(run.uses);
		expect(report.findings).toEqual(run.findings.map((finding) => ({ ...finding, fixes: [] })));
		expect(text).toContain("1 finding: 1 error");
		const counted = async (): Promise<string> => JSON.stringify(await editor.connection.sendRequest("mm-lifetime/status"));
		await editor.until(async () => (await counted()) === '{"index":{"state":"ready"},"uses":{"exposed":1}}');
		await editor.change(uri, "int nothing;\n");
		expect((await ask()).report.uses).toEqual([]);
	});
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CodeLens, Hover } from "vscode-languageserver-protocol/node";
import type { Report } from "../../server/src/analysis/types.ts";
import { runProgram } from "../cli/program.ts";
import { copyExample, Editor, isRecord, toUri } from "./editor.ts";
import { CAPTURE, EXPOSED, openExample } from "./example.ts";

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
		const [lens] = await editor.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
		expect(lens?.command?.title).toBe("indexing…");
		const position = lens?.range.start;
		const hover = await editor.connection.sendRequest<Hover>("textDocument/hover", { textDocument: { uri }, position });
		expect(JSON.stringify(hover.contents)).toContain("**indexing…** — `");
		expect(hover.range).toEqual(lens?.range);
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
		const capture = join(root, CAPTURE);
		writeFileSync(capture, "int nothing;\n");
		changes[25_000] = { uri: toUri(capture), type: 2 };
		for (let from = 0; from < changes.length; from += 5000) {
			await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: changes.slice(from, from + 5000) });
		}
		await editor.until(() => editor.said.slice(before).some(({ method }) => method === "workspace/diagnostic/refresh"));
		expect(await codes()).toEqual(["use-unknown"]);
		const said = editor.said.slice(before).map(({ method }) => method);
		expect(said.filter((method) => method === "workspace/diagnostic/refresh")).toHaveLength(1);
		/* on a busy machine it takes long enough to be shown */
		expect(said.filter((method) => method === "window/workDoneProgress/create").length).toBeLessThan(2);
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

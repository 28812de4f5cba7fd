import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyExample, Editor, isRecord, PLAIN, toUri } from "./editor.ts";
import { CAPTURE, EXPOSED, openExample } from "./example.ts";

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
			severity: { "use-without-users-ref": "warning", "use-unknown": "loud", nope: "error" },
			functions: { mine: "nobody_knows" },
			exclude: "*.h",
			codeLens: { enable: "yes" },
		};
		const { editor, uri } = await openExample(EXPOSED, { settings });
		expect((await editor.pullFinal(uri)).map(({ severity }) => severity)).toEqual([2]);
		await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
		await editor.pullFinal(uri);
		const shown = editor.said.filter(({ method }) => method === "window/showMessage").map(({ params }) => JSON.stringify(params));
		for (const key of ["kernelVersion", "severity.use-unknown", "severity.nope", "functions.mine", "exclude", "codeLens.enable"]) {
			expect(
				shown.filter((text) => text.includes(`mmLifetime.${key}`)),
				key,
			).toHaveLength(1);
		}
		expect(shown).toHaveLength(6);
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
		const shown = (): readonly string[] =>
			editor.said.flatMap(({ method, params }) =>
				method === "window/showMessage" && isRecord(params) ? [String(params["message"]).replace(root, "")] : [],
			);
		const write = async (text: string, messages: readonly string[]): Promise<void> => {
			writeFileSync(join(root, ".mm-lifetime.json"), text);
			await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
			await editor.until(() => shown().length >= messages.length);
			expect(await editor.pullFinal(uri)).toHaveLength(1);
			expect(shown()).toEqual(messages);
		};
		const [first, second] = ['unknown key "severty"', '"exclude" must be a list of globs'].map(
			(problem) => `mm-lifetime: /.mm-lifetime.json: ${problem}`,
		);
		await write('{"severty": {}}', [first ?? ""]);
		await write('{"severty": {}, "kernel": "6.1"}', [first ?? ""]);
		await write('{"exclude": 5}', [first ?? "", second ?? ""]);
		await write("{}", [first ?? "", second ?? ""]);
		await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] });
		await write('{"severty": {}}', [first ?? "", second ?? "", first ?? ""]);
	});

	it("that leave files out have the tree read again", async () => {
		const { editor, uri } = await openExample(EXPOSED);
		const change = async (settings: object, code: string): Promise<void> => {
			editor.settings = settings;
			await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
			await editor.until(async () => (await editor.pullFinal(uri)).map((found) => found.code).join() === code);
		};
		await change({ exclude: ["virt/**"] }, "use-unknown");
		await change({}, "use-without-users-ref");
	});

	it("that switch everything off and on again find the documents in a tree that was closed meanwhile", async () => {
		const { editor, uri } = await openExample(EXPOSED, { folders: [], capabilities: PLAIN });
		const change = async (enable: boolean, count: number): Promise<void> => {
			const settings = { mmLifetime: { enable } };
			await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings });
			await editor.until(() => editor.pushed(uri)?.diagnostics.length === count);
		};
		await change(true, 1);
		await change(false, 0);
		await change(true, 1);
	});

	it("that change while an edited document is closed do not keep its text", async () => {
		const { editor, root, uri } = await openExample(EXPOSED);
		const capture = toUri(join(root, CAPTURE));
		await editor.open(capture, "int nothing;\n");
		expect((await editor.pullFinal(uri)).map(({ code }) => code)).toEqual(["use-unknown"]);
		void editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
		await editor.close(capture);
		await editor.until(async () => (await editor.pullFinal(uri))[0]?.code === "use-without-users-ref");
	});

	it("that come too late count from then on", async () => {
		const root = copyExample(EXPOSED.example);
		const uri = toUri(join(root, EXPOSED.file));
		const answers: (() => void)[] = [];
		const editor = await Editor.start({
			folders: [root],
			settings: new Promise<void>((resolve) => answers.push(resolve)).then(() => ({ enable: false })),
		});
		await editor.open(uri, readFileSync(join(root, EXPOSED.file), "utf8"));
		expect(await editor.pullFinal(uri)).toHaveLength(1);
		for (const answer of answers) answer();
		await editor.until(async () => (await editor.pullFinal(uri)).length === 0);
	});
});

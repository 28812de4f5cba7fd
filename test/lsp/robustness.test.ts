import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
	CancellationTokenSource,
	createMessageConnection,
	type Diagnostic,
	IPCMessageReader,
	IPCMessageWriter,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { PROGRAM, runProgram } from "../cli/program.ts";
import { copyExample, Editor, exitOf, isRecord, MODERN, type Said, spawnServer, toUri } from "./editor.ts";

const FILE = "drivers/gpu/drm/i915/gvt/kvmgt.c";

async function codeOf(answer: Promise<unknown>): Promise<unknown> {
	try {
		return await answer;
	} catch (error) {
		return isRecord(error) ? error["code"] : error;
	}
}

describe("the server", () => {
	it("survives what no client should send", async () => {
		const root = copyExample("kvmgt/4.18");
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		const { connection } = editor;
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		for (const text of ["{not json", '{"jsonrpc":"2.0"}', "[]", "null", '{"jsonrpc":"2.0","id":{},"method":7}', ""]) {
			editor.process?.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
		}
		expect(await codeOf(connection.sendRequest("mm-lifetime/nothing", {}))).toBe(-32601);
		expect(await codeOf(connection.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} }))).toBe(-32600);
		await connection.sendNotification("$/nothing", {});
		await connection.sendNotification("textDocument/didChange", {
			textDocument: { uri: "file:///no/where.c", version: 3 },
			contentChanges: [],
		});
		await connection.sendNotification("textDocument/didClose", { textDocument: { uri: "file:///no/where.c" } });
		const unknown = { textDocument: { uri: "file:///no/where.c" } };
		const position = { line: 1_000_000, character: 1_000_000 };
		expect(await connection.sendRequest("textDocument/hover", { ...unknown, position })).toBeNull();
		expect(await connection.sendRequest("textDocument/diagnostic", unknown)).toMatchObject({ kind: "full", items: [] });
		expect(await connection.sendRequest("textDocument/codeLens", unknown)).toEqual([]);
		for (const method of ["hover", "codeAction", "codeLens", "inlayHint", "diagnostic"]) {
			expect(typeof (await codeOf(connection.sendRequest(`textDocument/${method}`, {})))).toBe("number");
		}
		expect(await connection.sendRequest("textDocument/hover", { textDocument: { uri }, position })).toBeNull();
		for (const contentChanges of [null, "nonsense", [{ nonsense: 1 }], [{ range: { start: position, end: position }, text: "\n" }]]) {
			await connection.sendNotification("textDocument/didChange", { textDocument: { uri, version: -1 }, contentChanges });
		}
		for (const method of ["textDocument/didOpen", "workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders"]) {
			await connection.sendNotification(method, {});
		}
		await connection.sendNotification("workspace/didChangeConfiguration");
		expect(await editor.pullFinal(uri)).toHaveLength(1);
		expect(await editor.stop()).toBe(0);
	});

	it("goes on when files are deleted under it", async () => {
		const root = copyExample("kvmgt/4.18");
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		await editor.ready();
		rmSync(root, { recursive: true });
		await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: toUri(root), type: 3 }] });
		await editor.change(uri, `${readFileSync(new URL(import.meta.url), "utf8")}\n(((`);
		const report = await editor.pull(uri);
		expect(new Set(report.kind === "full" ? report.items.map(({ code }) => code) : [])).toEqual(new Set(["hole"]));
		await editor.close(uri);
		expect(await editor.pull(uri)).toMatchObject({ kind: "full", items: [] });
		expect(await editor.stop()).toBe(0);
	});

	it("takes a document of 5 MB, and judges what is in it", async () => {
		const root = copyExample("kvmgt/4.18");
		const uri = toUri(join(root, FILE));
		const editor = await Editor.start({ folders: [root] });
		const text = readFileSync(join(root, FILE), "utf8");
		const filling = "/* this line says nothing, as so many do */\n".repeat(Math.ceil(5_000_000 / 44));
		await editor.open(uri, filling + text);
		const found = await editor.pullFinal(uri);
		const lines = filling.split("\n").length - 1;
		await editor.change(uri, text);
		const [there] = await editor.pullFinal(uri);
		expect(found.map(({ range }) => range.start.line)).toEqual([(there?.range.start.line ?? 0) + lines]);
	});

	it("ends what is cancelled", async () => {
		const root = copyExample("kvmgt/4.18");
		// While the settings are not known, every answer waits for them.
		let answer = (_settings: object): void => undefined;
		const settings = new Promise<object>((resolve) => {
			answer = resolve;
		});
		const editor = await Editor.start({ folders: [root], settings });
		const textDocument = { uri: toUri(join(root, FILE)) };
		await editor.open(textDocument.uri, readFileSync(join(root, FILE), "utf8"));
		const position = { line: 0, character: 0 };
		const range = { start: position, end: { line: 10_000, character: 0 } };
		const requests: Readonly<Record<string, object>> = {
			"workspace/diagnostic": { previousResultIds: [] },
			"textDocument/diagnostic": { textDocument },
			"textDocument/codeLens": { textDocument },
			"textDocument/inlayHint": { textDocument, range },
			"textDocument/codeAction": { textDocument, range, context: { diagnostics: [] } },
			"textDocument/hover": { textDocument, position },
			"mm-lifetime/trace": { textDocument, position },
			"mm-lifetime/report": {},
		};
		const answers = Object.entries(requests).map(async ([method, params]) => {
			const source = new CancellationTokenSource();
			const code = codeOf(editor.connection.sendRequest(method, params, source.token));
			source.cancel();
			return [method, await code];
		});
		await editor.connection.sendRequest("mm-lifetime/status");
		answer({});
		expect(await Promise.all(answers)).toEqual(Object.keys(requests).map((method) => [method, -32800]));
		expect(await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] })).toMatchObject({
			items: expect.arrayContaining([expect.objectContaining({ kind: "full" })]),
		});
	});

	it("asks for nothing before the handshake is over, and for nothing that the client cannot give", async () => {
		const folders = [copyExample("kvmgt/4.18")];
		for (const [capabilities, wanted] of [
			[MODERN, ["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"]],
			[{ workspace: { workspaceFolders: true } }, []],
			[{}, []],
		] as const) {
			const editor = spawnEditor();
			const asked = (): readonly string[] => editor.said.filter(({ method }) => method === "client/registerCapability").flatMap(namesOf);
			await editor.connection.sendRequest("initialize", {
				processId: process.pid,
				rootUri: null,
				capabilities,
				workspaceFolders: folders.map((folder) => ({ uri: toUri(folder), name: "" })),
			});
			await editor.connection.sendRequest("mm-lifetime/status");
			expect(editor.said).toEqual([]);
			await editor.connection.sendNotification("initialized", {});
			await editor.until(() => asked().length >= wanted.length);
			expect(await editor.stop()).toBe(0);
			expect(asked().toSorted()).toEqual(wanted);
		}
	});

	it("goes on with a client that answers nothing, and says nothing that it did not offer", async () => {
		const root = copyExample("kvmgt/4.18");
		const uri = toUri(join(root, FILE));
		const text = readFileSync(join(root, FILE), "utf8");
		const silent = await Editor.start({ folders: [root], isSilent: true });
		await silent.open(uri, text);
		expect(await silent.pullFinal(uri)).toHaveLength(1);
		expect(await silent.stop()).toBe(0);
		const dumb = await Editor.start({ folders: [root], capabilities: {} });
		await dumb.open(uri, text);
		await dumb.until(() => dumb.pushed(uri)?.diagnostics.length === 1);
		const gone = { added: [], removed: [{ uri: toUri(root), name: "" }] };
		await dumb.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: gone });
		await dumb.connection.sendRequest("mm-lifetime/report", {});
		expect(await dumb.stop()).toBe(0);
		expect(new Set(dumb.said.map(({ method }) => method))).toEqual(new Set(["textDocument/publishDiagnostics"]));
	});

	it("says no before the handshake and after the shutdown", async () => {
		const editor = spawnEditor();
		expect(await codeOf(editor.connection.sendRequest("textDocument/hover", {}))).toBe(-32002);
		await editor.initialize({});
		await editor.connection.sendRequest("shutdown");
		expect(await codeOf(editor.connection.sendRequest("textDocument/codeLens", { textDocument: { uri: "file:///a.c" } }))).toBe(-32600);
		await editor.connection.sendNotification("exit");
		expect(await exitOf(editor.process)).toBe(0);
	});
});

describe("the end of the client", () => {
	it("is the end of the server: status 1 without a shutdown", async () => {
		const asked = await Editor.start();
		await asked.connection.sendNotification("exit");
		expect(await exitOf(asked.process)).toBe(1);
		const left = await Editor.start();
		left.process?.stdin?.end();
		expect(await exitOf(left.process)).toBe(1);
		const deaf = await Editor.start();
		deaf.process?.stdout?.destroy();
		deaf.connection.sendRequest("mm-lifetime/status").catch(() => undefined);
		expect(await exitOf(deaf.process)).toBe(1);
	});

	it("is noticed when the parent is killed", async () => {
		// The child of a child: it outlives its parent unless it looks after itself. Its standard input stays open in this process.
		const script = `const { spawn } = require("node:child_process");
			const server = spawn(process.execPath, [${JSON.stringify(PROGRAM)}, "lsp", "--stdio"], { stdio: ["pipe", "ignore", "inherit"] });
			const params = { processId: process.pid, rootUri: null, capabilities: {} };
			const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
			server.stdin.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
			console.log(server.pid);
			setInterval(() => {}, 1000);`;
		const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
		const [line] = await once(parent.stdout, "data");
		const pid = Number(String(line));
		expect(isAlive(pid)).toBe(true);
		parent.kill("SIGKILL");
		for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
		expect(isAlive(pid)).toBe(false);
	});
});

describe("the transports", () => {
	it("are a socket or a pipe that the client listens on, too", async () => {
		const root = copyExample("kvmgt/4.18");
		for (const place of [{ port: 0, host: "127.0.0.1" }, { path: join(root, "socket") }]) {
			const listener = createServer().listen(place);
			await once(listener, "listening");
			const address = listener.address();
			const server = spawnServer([isRecord(address) ? `--socket=${address.port}` : `--pipe=${address}`]);
			const socket = await accept(listener);
			const editor = new Editor(createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket)), server);
			await editor.initialize({ folders: [root] });
			const uri = toUri(join(root, FILE));
			await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
			expect(await editor.pullFinal(uri)).toHaveLength(1);
			socket.destroy();
			expect(await exitOf(server)).toBe(1);
			listener.close();
		}
	});

	it("are the channel between Node processes, too", async () => {
		const root = copyExample("kvmgt/4.18");
		const server = spawnServer(["--node-ipc", `--clientProcessId=${process.pid}`], true);
		const editor = new Editor(createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server)), server);
		await editor.initialize({ folders: [root] });
		const uri = toUri(join(root, FILE));
		await editor.open(uri, readFileSync(join(root, FILE), "utf8"));
		const found: readonly Diagnostic[] = await editor.pullFinal(uri);
		expect(found).toHaveLength(1);
		server.disconnect();
		expect(await exitOf(server)).toBe(1);
	});

	it("are named when they cannot be had", () => {
		for (const [args, complaint] of [
			[[], "takes one of --stdio"],
			[["--stdio", "--node-ipc"], "takes one of --stdio"],
			[["--socket=none"], "must be a port number"],
			[["--socket=1"], "port 1: "],
			[["--node-ipc"], "needs a parent process"],
			[["--stdio", "there"], "takes no PATH"],
		] as const) {
			const run = runProgram(["lsp", ...args], { input: "" });
			expect(run, args.join(" ")).toMatchObject({ status: 2, out: "" });
			expect(run.error).toMatch(/^mm-lifetime: [^\n]*\n$/);
			expect(run.error).toContain(complaint);
		}
	});
});

/** Starts the server over standard input and output; the handshake is left to the test. */
function spawnEditor(): Editor {
	const server = spawnServer(["--stdio"]);
	if (server.stdin === null || server.stdout === null) throw new Error("no pipes");
	return new Editor(createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin)), server);
}

/** Methods that a `client/registerCapability` is about. */
function namesOf({ params }: Said): readonly string[] {
	const registrations = isRecord(params) && Array.isArray(params["registrations"]) ? params["registrations"] : [];
	return registrations.map((registration: unknown) => (isRecord(registration) ? String(registration["method"]) : ""));
}

async function accept(listener: Server): Promise<Socket> {
	const [socket] = await once(listener, "connection");
	return socket;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

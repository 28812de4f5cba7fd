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
import { copyExample, Editor, exitOf, isRecord, spawnServer, toUri } from "./editor.ts";

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
		await editor.change(uri, readFileSync(new URL(import.meta.url), "utf8"));
		expect(await editor.pull(uri)).toMatchObject({ kind: "full", items: [] });
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
		const editor = await Editor.start({ folders: [root] });
		const source = new CancellationTokenSource();
		const answer = codeOf(editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] }, source.token));
		source.cancel();
		expect(await answer).toBe(-32800);
		expect(await editor.connection.sendRequest("workspace/diagnostic", { previousResultIds: [] })).toMatchObject({
			items: expect.arrayContaining([expect.objectContaining({ kind: "full" })]),
		});
	});

	it("says no before the handshake and after the shutdown", async () => {
		const server = spawnServer(["--stdio"]);
		if (server.stdin === null || server.stdout === null) throw new Error("no pipes");
		const editor = new Editor(
			createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin)),
			server,
			undefined,
		);
		expect(await codeOf(editor.connection.sendRequest("textDocument/hover", {}))).toBe(-32002);
		await editor.initialize({});
		await editor.connection.sendRequest("shutdown");
		expect(await codeOf(editor.connection.sendRequest("textDocument/codeLens", { textDocument: { uri: "file:///a.c" } }))).toBe(-32600);
		await editor.connection.sendNotification("exit");
		expect(await exitOf(server)).toBe(0);
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
			const editor = new Editor(
				createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket)),
				server,
				undefined,
			);
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
		const editor = new Editor(createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server)), server, undefined);
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

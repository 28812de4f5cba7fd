/** A client with many documents, for as long as one likes. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
	createProtocolConnection,
	type Diagnostic,
	DocumentDiagnosticRequest,
	type ProtocolConnection,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

/** The program beside the built measurement. */
const PROGRAM = fileURLToPath(new URL("cli.js", import.meta.url));

export class SoakClient {
	readonly connection: ProtocolConnection;
	readonly #process: ChildProcess;
	readonly #versions = new Map<string, number>();
	/** What the server complained about. */
	readonly complaints: string[] = [];
	#isWanted = true;

	/** @param onDeath called when the server ends before it is stopped */
	constructor(onDeath: (how: string) => void) {
		this.#process = spawn(process.execPath, [...process.execArgv, PROGRAM, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
		this.#process.once("exit", (status, signal) => this.#isWanted && onDeath(String(signal ?? status)));
		const { stdin, stdout } = this.#process;
		if (!stdin || !stdout) throw new Error("no pipes");
		this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
		/* what the server asks of its settings is left at its defaults */
		this.connection.onRequest("workspace/configuration", ({ items }: { items: readonly unknown[] }) => items.map(() => null));
		this.connection.onNotification("window/logMessage", ({ type, message }: { type: number; message: string }) => {
			if (type === 1) this.complaints.push(message);
		});
		this.connection.onUnhandledNotification(() => undefined);
		this.connection.listen();
	}

	async start(root: string): Promise<void> {
		await this.connection.sendRequest("initialize", {
			processId: process.pid,
			rootUri: pathToFileURL(root).href,
			workspaceFolders: [{ uri: pathToFileURL(root).href, name: "tree" }],
			capabilities: {
				workspace: { configuration: true, workspaceFolders: true },
				textDocument: { diagnostic: { relatedInformation: true } },
			},
		});
		await this.connection.sendNotification("initialized", {});
	}

	/** Waits until the whole tree is read. */
	async ready(): Promise<void> {
		for (;;) {
			const { index } = await this.connection.sendRequest<{ index: { state: string } }>("mm-lifetime/status");
			if (index.state === "ready") return;
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}

	async open(uri: string, text: string): Promise<void> {
		this.#versions.set(uri, 1);
		await this.connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "c", version: 1, text } });
	}

	async close(uri: string): Promise<void> {
		await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
	}

	/** Puts a text in place of the lines [first, end). */
	async replaceLines(uri: string, first: number, end: number, text: string): Promise<void> {
		const version = (this.#versions.get(uri) ?? 0) + 1;
		this.#versions.set(uri, version);
		const range = { start: { line: first, character: 0 }, end: { line: end, character: 0 } };
		await this.connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ range, text }] });
	}

	async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
		const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
		return report.kind === "full" ? report.items : [];
	}

	/** Resident memory in MB. */
	megabytes(): number {
		const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
		return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
	}

	/** Milliseconds that the thread which answers was on a CPU: unlike time that passes, not what other processes and guests of the machine take. */
	onCpu(): number {
		const { pid } = this.#process;
		return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
	}

	async stop(): Promise<void> {
		this.#isWanted = false;
		const exited = new Promise((resolve) => this.#process.once("exit", resolve));
		await this.connection.sendRequest("shutdown");
		await this.connection.sendNotification("exit");
		await exited;
		this.connection.dispose();
	}
}

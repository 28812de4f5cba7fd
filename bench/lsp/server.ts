/** A language server under measurement: started over stdio, asked as an editor asks. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
	CodeActionRequest,
	createProtocolConnection,
	type Diagnostic,
	DidChangeTextDocumentNotification,
	DidOpenTextDocumentNotification,
	DocumentDiagnosticRequest,
	ExitNotification,
	HoverRequest,
	InitializedNotification,
	InitializeRequest,
	type ProtocolConnection,
	PublishDiagnosticsNotification,
	RegistrationRequest,
	ShutdownRequest,
	StreamMessageReader,
	StreamMessageWriter,
	WorkDoneProgress,
	WorkDoneProgressCreateRequest,
} from "vscode-languageserver-protocol/node";

export interface ServerCommand {
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
	/** Whether the client says that it pulls diagnostics. */
	readonly pulls: boolean;
}

/** One running server with one document. */
export class MeasuredServer {
	readonly #process: ChildProcess;
	readonly #connection: ProtocolConnection;
	readonly #pulls: boolean;
	readonly #uri: string;
	#text = "";
	#version = 1;
	#published: ((version: number | undefined, diagnostics: readonly Diagnostic[]) => void) | undefined;
	#idle: (() => void) | undefined;
	#working = 0;

	constructor(server: ServerCommand, file: string) {
		this.#pulls = server.pulls;
		this.#uri = pathToFileURL(file).href;
		this.#process = spawn(server.command, server.args, { stdio: ["pipe", "pipe", "ignore"] });
		const { stdout, stdin } = this.#process;
		if (!stdout || !stdin) throw new Error(`${server.name}: not started`);
		this.#connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
		this.#connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
			if (uri === this.#uri) this.#published?.(version, diagnostics);
		});
		this.#connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
			this.#connection.onProgress(WorkDoneProgress.type, token, (value) => {
				if (value.kind === "begin") this.#working++;
				if (value.kind === "end" && --this.#working === 0) this.#idle?.();
			});
		});
		this.#connection.onRequest(RegistrationRequest.type, () => undefined);
		/* what the server asks of its settings is left at its defaults */
		this.#connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) => items.map(() => null));
		this.#connection.onUnhandledNotification(() => undefined);
		this.#connection.listen();
	}

	/** Milliseconds from the request to the answer. */
	async initialize(root: string): Promise<number> {
		const started = performance.now();
		await this.#connection.sendRequest(InitializeRequest.type, {
			processId: process.pid,
			rootUri: pathToFileURL(root).href,
			workspaceFolders: [{ uri: pathToFileURL(root).href, name: "tree" }],
			capabilities: {
				window: { workDoneProgress: true },
				workspace: { configuration: true, ...(this.#pulls ? { diagnostics: { refreshSupport: false } } : {}) },
				textDocument: {
					hover: { contentFormat: ["markdown"] },
					publishDiagnostics: { relatedInformation: true, versionSupport: true },
					...(this.#pulls ? { diagnostic: {} } : {}),
				},
			},
		});
		await this.#connection.sendNotification(InitializedNotification.type, {});
		return performance.now() - started;
	}

	/** Opens the document; milliseconds to its first diagnostics. */
	async open(text: string): Promise<number> {
		this.#text = text;
		const started = performance.now();
		const answer = this.#nextDiagnostics();
		await this.#connection.sendNotification(DidOpenTextDocumentNotification.type, {
			textDocument: { uri: this.#uri, languageId: "c", version: this.#version, text },
		});
		await answer();
		return performance.now() - started;
	}

	/** Waits until the server has ended all work that it shows progress for, and has not begun more. */
	async settle(patience: number): Promise<void> {
		await sleep(patience);
		while (this.#working > 0) {
			await new Promise<void>((resolve) => {
				this.#idle = resolve;
			});
			await sleep(200);
		}
	}

	/** Puts a text in at an offset; milliseconds to the diagnostics of the new text, and those. */
	async insert(offset: number, text: string): Promise<{ readonly milliseconds: number; readonly diagnostics: readonly Diagnostic[] }> {
		const before = this.#text.slice(0, offset);
		const line = before.split("\n").length - 1;
		const character = offset - (before.lastIndexOf("\n") + 1);
		this.#text = before + text + this.#text.slice(offset);
		this.#version++;
		const started = performance.now();
		const answer = this.#nextDiagnostics();
		await this.#connection.sendNotification(DidChangeTextDocumentNotification.type, {
			textDocument: { uri: this.#uri, version: this.#version },
			contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text }],
		});
		const diagnostics = await answer();
		return { milliseconds: performance.now() - started, diagnostics };
	}

	/** Milliseconds for the hover at an offset. */
	async hover(offset: number): Promise<number> {
		const before = this.#text.slice(0, offset);
		const started = performance.now();
		await this.#connection.sendRequest(HoverRequest.type, {
			textDocument: { uri: this.#uri },
			position: { line: before.split("\n").length - 1, character: offset - (before.lastIndexOf("\n") + 1) },
		});
		return performance.now() - started;
	}

	/** Milliseconds for the code actions at an offset. */
	async codeActions(offset: number, diagnostics: readonly Diagnostic[]): Promise<number> {
		const before = this.#text.slice(0, offset);
		const at = { line: before.split("\n").length - 1, character: offset - (before.lastIndexOf("\n") + 1) };
		const started = performance.now();
		await this.#connection.sendRequest(CodeActionRequest.type, {
			textDocument: { uri: this.#uri },
			range: { start: at, end: at },
			context: { diagnostics: diagnostics.filter(({ range }) => range.start.line === at.line) },
		});
		return performance.now() - started;
	}

	/** Resident memory of the process and its children, in MB. */
	residentMegabytes(): number {
		const pid = this.#process.pid ?? 0;
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
		return [pid, ...children].reduce((sum, one) => sum + residentOf(one), 0);
	}

	async stop(): Promise<void> {
		const exited = new Promise((resolve) => this.#process.once("exit", resolve));
		await this.#connection.sendRequest(ShutdownRequest.type);
		await this.#connection.sendNotification(ExitNotification.type);
		await exited;
		this.#connection.dispose();
	}

	/** Begins to listen; the function that is returned asks, where the client has to, and waits. */
	#nextDiagnostics(): () => Promise<readonly Diagnostic[]> {
		const version = this.#version;
		if (this.#pulls)
			return async () => {
				const report = await this.#connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: this.#uri } });
				return report.kind === "full" ? report.items : [];
			};
		const published = new Promise<readonly Diagnostic[]>((resolve) => {
			this.#published = (of, diagnostics) => {
				if (of === undefined || of === version) resolve(diagnostics);
			};
		});
		return () => published;
	}
}

function residentOf(pid: number): number {
	try {
		return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
	} catch {
		return 0;
	}
}

function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A client of the built server, as an editor is one. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import {
	type ClientCapabilities,
	createMessageConnection,
	type Diagnostic,
	type DocumentDiagnosticReport,
	type InitializeResult,
	type MessageConnection,
	type PublishDiagnosticsParams,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { PROGRAM } from "../cli/program.ts";

export const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));

/** What VS Code can do, as far as this server looks at it. */
export const MODERN: ClientCapabilities = {
	workspace: {
		configuration: true,
		workspaceFolders: true,
		didChangeConfiguration: { dynamicRegistration: true },
		didChangeWatchedFiles: { dynamicRegistration: true },
		diagnostics: { refreshSupport: true },
		codeLens: { refreshSupport: true },
		inlayHint: { refreshSupport: true },
		workspaceEdit: { documentChanges: true },
	},
	textDocument: {
		diagnostic: { relatedInformation: true },
		codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } } },
		hover: { contentFormat: ["markdown"] },
	},
	window: { workDoneProgress: true },
};

/** A client that is told diagnostics, and knows little else. */
export const PLAIN: ClientCapabilities = {
	textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true }, hover: { contentFormat: ["plaintext"] } },
};

export interface EditorOptions {
	readonly capabilities?: ClientCapabilities;
	/** Absolute. */
	readonly folders?: readonly string[];
	/** The section `mmLifetime`, as `workspace/configuration` gives it, or a promise of it. */
	readonly settings?: unknown;
	/** Whether no request of the server is ever answered. */
	readonly isSilent?: boolean;
	readonly initializationOptions?: unknown;
}

/** Something the server said of its own accord. */
export interface Said {
	readonly method: string;
	readonly params: unknown;
}

export class Editor {
	readonly connection: MessageConnection;
	readonly process: ChildProcess | undefined;
	/** Requests and notifications of the server, in order. */
	readonly said: Said[] = [];
	settings: unknown;
	initialized: InitializeResult = { capabilities: {} };
	readonly #versions = new Map<string, number>();
	#listeners: (() => void)[] = [];

	constructor(connection: MessageConnection, process: ChildProcess | undefined, { settings, isSilent = false }: EditorOptions = {}) {
		this.connection = connection;
		this.process = process;
		this.settings = settings;
		connection.onRequest(async (method, params) => {
			this.#note(method, params);
			if (isSilent) return new Promise(() => undefined);
			if (method !== "workspace/configuration") return null;
			const items = isRecord(params) && Array.isArray(params["items"]) ? params["items"] : [];
			const value = (await this.settings) ?? null;
			return items.map(() => value);
		});
		connection.onNotification((method, params) => this.#note(method, params));
		connection.onUnhandledProgress(({ token, value }) => this.#note("$/progress", { token, value }));
		connection.listen();
	}

	/** Starts the server over standard input and output, and shakes hands. */
	static async start(options: EditorOptions = {}): Promise<Editor> {
		const server = spawnServer(["--stdio"]);
		const { stdin, stdout } = server;
		if (stdin === null || stdout === null) throw new Error("no pipes");
		const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
		const editor = new Editor(connection, server, options);
		await editor.initialize(options);
		return editor;
	}

	async initialize({ capabilities = MODERN, folders = [], initializationOptions }: EditorOptions): Promise<void> {
		this.initialized = await this.connection.sendRequest<InitializeResult>("initialize", {
			processId: process.pid,
			rootUri: null,
			capabilities,
			initializationOptions,
			workspaceFolders: folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })),
		});
		await this.connection.sendNotification("initialized", {});
	}

	async open(uri: string, text: string, languageId = "c"): Promise<void> {
		this.#versions.set(uri, 1);
		await this.connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
	}

	/** Changes a document: to a whole new text, or in the ranges given; returns its new version. */
	async change(uri: string, changes: string | readonly unknown[]): Promise<number> {
		const version = (this.#versions.get(uri) ?? 0) + 1;
		this.#versions.set(uri, version);
		await this.connection.sendNotification("textDocument/didChange", {
			textDocument: { uri, version },
			contentChanges: typeof changes === "string" ? [{ text: changes }] : changes,
		});
		return version;
	}

	async close(uri: string): Promise<void> {
		await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
	}

	async pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
		return this.connection.sendRequest("textDocument/diagnostic", {
			textDocument: { uri },
			...(previousResultId !== undefined && { previousResultId }),
		});
	}

	/** Pulls until the index is complete; returns the diagnostics then. */
	async pullFinal(uri: string): Promise<readonly Diagnostic[]> {
		await this.ready();
		const report = await this.pull(uri);
		return report.kind === "full" ? report.items : [];
	}

	/** Waits until every tree is read. */
	async ready(milliseconds?: number): Promise<void> {
		await this.until(async () => {
			const status = await this.connection.sendRequest<{ index: { state: string } }>("mm-lifetime/status");
			return status.index.state === "ready";
		}, milliseconds);
	}

	/** What the server last sent of its own accord about a document. */
	pushed(uri: string): PublishDiagnosticsParams | undefined {
		const all = this.said.filter(({ method }) => method === "textDocument/publishDiagnostics").map(({ params }) => params);
		return all.filter((params): params is PublishDiagnosticsParams => isRecord(params) && params["uri"] === uri).at(-1);
	}

	/** Waits until the condition holds; looks again whenever the server says something, and every now and then. */
	async until(condition: () => boolean | Promise<boolean>, milliseconds = 25_000): Promise<void> {
		const deadline = Date.now() + milliseconds;
		while (!(await condition())) {
			if (Date.now() > deadline) {
				throw new Error(`the server did not come to it; it said ${JSON.stringify(this.said.slice(-5)).slice(0, 2000)}`);
			}
			await new Promise<void>((resolve) => {
				this.#listeners.push(resolve);
				setTimeout(resolve, 50);
			});
		}
	}

	/** Ends the server as an editor does; returns its exit status. */
	async stop(): Promise<number | null> {
		await this.connection.sendRequest("shutdown");
		const left = exitOf(this.process);
		await this.connection.sendNotification("exit");
		return left;
	}

	#note(method: string, params: unknown): void {
		this.said.push({ method, params });
		const listeners = this.#listeners;
		this.#listeners = [];
		for (const listener of listeners) listener();
	}
}

/** Starts the built server; it is killed when the test is over, if it still runs. */
export function spawnServer(args: readonly string[], ipc = false): ChildProcess {
	const server = spawn(process.execPath, [PROGRAM, "lsp", ...args], {
		stdio: ["pipe", "pipe", "inherit", ...(ipc ? ["ipc" as const] : [])],
	});
	onTestFinished(() => {
		server.kill("SIGKILL");
	});
	return server;
}

/** The exit status of a process, once it has ended. */
export async function exitOf(server: ChildProcess | undefined): Promise<number | null> {
	if (server === undefined) return null;
	if (server.exitCode !== null) return server.exitCode;
	const [status] = await once(server, "exit");
	return typeof status === "number" ? status : null;
}

/** Copies an example into a new folder of that name; returns its absolute path. */
export function copyExample(example: string, name = "tree"): string {
	const parent = realpathSync(mkdtempSync(join(tmpdir(), "mm-lifetime-lsp-")));
	onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
	cpSync(join(EXAMPLES, example), join(parent, name), { recursive: true });
	return join(parent, name);
}

export function toUri(path: string): string {
	return pathToFileURL(path).href;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null;
}

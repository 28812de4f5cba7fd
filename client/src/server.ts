/** The language server: the program that the command line is, run by the editor's own runtime. */

import * as vscode from "vscode";
import {
	CloseAction,
	type CloseHandlerResult,
	ErrorAction,
	LanguageClient,
	RevealOutputChannelOn,
	State,
	TransportKind,
} from "vscode-languageclient/node";
import { pictureHovers } from "./hover.ts";
import { Restarts } from "./restarts.ts";
import { dropEmpty } from "./stated-settings.ts";

/** Editors take kernel headers for C++: their texts count as well, since macros in them may borrow an mm. */
const DOCUMENTS = [
	{ language: "c", scheme: "file" },
	{ language: "c", scheme: "untitled" },
	{ language: "cpp", scheme: "file", pattern: "**/*.h" },
];

/** Messages that cannot be read or written before the connection is given up. */
const MOST_ERRORS = 3;

/** Shows one message for however many errors a failing server makes. Whoever reads the message may restart it. */
class ServerClient extends LanguageClient {
	#told = false;
	readonly #restarts = new Restarts();

	/** What follows when the server is gone: another one, a little later each time. One message says so. */
	async survive(): Promise<CloseHandlerResult> {
		const restart = this.#restarts.next(performance.now());
		if (restart === undefined) return { action: CloseAction.DoNotRestart, message: "The server keeps stopping. It is not started again." };
		await this.#restarts.wait(restart.delay);
		if (this.state !== State.Running) return { action: CloseAction.DoNotRestart, handled: true };
		return { action: CloseAction.Restart, message: "The language server has stopped and is started again.", handled: !restart.isFirst };
	}

	/** Says whether the server is about to be started anyway; then it is now. */
	hurry(): boolean {
		return this.#restarts.hurry();
	}

	/** The library forces a message where the server is lost; all else that goes wrong is for the output channel. */
	override error(message: string, data?: unknown, showNotification?: boolean | "force"): void {
		super.error(message, data, false);
		if (showNotification === "force") void this.#tell();
	}

	async #tell(): Promise<void> {
		if (this.#told) return;
		this.#told = true;
		const restart = "Restart";
		const show = "Show Output";
		const answer = await vscode.window.showErrorMessage("mm-lifetime: the language server has stopped.", restart, show);
		this.#told = false;
		if (answer === show) this.outputChannel.show();
		if (answer === restart) await startServer(this);
	}
}

/** Makes the client of the server; {@link startServer} starts both. One server serves all folders of a window. */
export function createServer(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): LanguageClient {
	const server: ServerClient = new ServerClient(
		"mmLifetime",
		"mm-lifetime",
		{ module: context.asAbsolutePath("dist/cli.js"), args: ["lsp"], transport: TransportKind.ipc },
		{
			documentSelector: DOCUMENTS,
			outputChannel: output,
			revealOutputChannelOn: RevealOutputChannelOn.Never,
			errorHandler: {
				error: (_error, _message, count = 0) => ({ action: count <= MOST_ERRORS ? ErrorAction.Continue : ErrorAction.Shutdown }),
				closed: () => server.survive(),
			},
			// What failed is logged; startServer says so once.
			initializationFailedHandler: () => false,
			diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
			initializationOptions: { status: true },
			// The one command that a hover leads to.
			markdown: { isTrusted: { enabledCommands: ["mmLifetime.showTrace"] } },
			middleware: {
				...pictureHovers(() => server),
				workspace: {
					configuration: async (params, token, next) => {
						const answer = await next(params, token);
						return Array.isArray(answer) ? answer.map(dropEmpty) : answer;
					},
				},
			},
		},
	);
	return server;
}

/** Starts the server, or restarts it when it runs. Never rejects: what fails is logged and shown. */
export async function startServer(server: LanguageClient): Promise<void> {
	if (server instanceof ServerClient && server.hurry()) return;
	try {
		await (server.isRunning() ? server.restart() : server.start());
	} catch (error) {
		server.error("The server did not start", error, "force");
	}
}

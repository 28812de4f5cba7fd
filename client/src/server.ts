/** The language server: the program that the command line is, run by the editor's own runtime. */

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, TransportKind } from "vscode-languageclient/node";
import { dropEmpty } from "./stated-settings.ts";

/** Editors take kernel headers for C++: their texts count as well, since macros in them may borrow an mm. */
const DOCUMENTS = [
	{ language: "c", scheme: "file" },
	{ language: "c", scheme: "untitled" },
	{ language: "cpp", scheme: "file", pattern: "**/*.h" },
];

/** Shows one message for however many errors a failing server makes. Whoever reads the message may restart it. */
class ServerClient extends LanguageClient {
	#told = false;

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
	return new ServerClient(
		"mmLifetime",
		"mm-lifetime",
		{ module: context.asAbsolutePath("dist/cli.js"), args: ["lsp"], transport: TransportKind.ipc },
		{
			documentSelector: DOCUMENTS,
			outputChannel: output,
			revealOutputChannelOn: RevealOutputChannelOn.Never,
			// What failed is logged; startServer says so once.
			initializationFailedHandler: () => false,
			diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
			initializationOptions: { status: true },
			middleware: {
				workspace: {
					configuration: async (params, token, next) => {
						const answer = await next(params, token);
						return Array.isArray(answer) ? answer.map(dropEmpty) : answer;
					},
				},
			},
		},
	);
}

/** Starts the server, or restarts it when it runs. Never rejects: what fails is logged and shown. */
export async function startServer(server: LanguageClient): Promise<void> {
	try {
		await (server.isRunning() ? server.restart() : server.start());
	} catch (error) {
		server.error("The server did not start", error, "force");
	}
}

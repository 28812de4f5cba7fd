import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { registerCommands } from "./commands.ts";
import { registerDebugger } from "./debug.ts";
import { offerTimelines } from "./problems.ts";
import { createServer, startServer } from "./server.ts";
import { showStatus } from "./status.ts";
import { TimelineView } from "./timeline.ts";

let server: LanguageClient | undefined;

/** Called by the editor when the first C file is opened, or one of the commands is run. */
export function activate(context: vscode.ExtensionContext): void {
	const output = vscode.window.createOutputChannel("mm-lifetime", { log: true });
	server = createServer(context, output);
	const view = new TimelineView(context.extensionUri);
	context.subscriptions.push(
		output,
		showStatus(server),
		view,
		registerCommands({ context, output, server, view }),
		registerDebugger(server, view),
		offerTimelines(),
	);
	// Not awaited: documents that are opened meanwhile are told to the server once it runs.
	void startServer(server);
}

/** The editor waits for the promise, so that the server can end in order. */
export function deactivate(): Promise<void> | undefined {
	return server?.dispose();
}

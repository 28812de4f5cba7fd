/** The commands of the extension. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { checkWorkspace, copyReport } from "./report.ts";
import { explainRule } from "./rules.ts";
import { startServer } from "./server.ts";
import type { TimelineView } from "./timeline.ts";
import { debugTrace, showTrace } from "./trace.ts";

/** What commands work on. */
export interface Session {
	readonly context: vscode.ExtensionContext;
	readonly output: vscode.LogOutputChannel;
	readonly server: LanguageClient;
	readonly view: TimelineView;
}

/** Arguments come from the editor, so they may be anything. */
const COMMANDS: Readonly<Record<string, (session: Session, ...args: readonly unknown[]) => unknown>> = {
	"mmLifetime.restart": ({ server }) => startServer(server),
	"mmLifetime.checkWorkspace": ({ server }) => checkWorkspace(server),
	"mmLifetime.showTrace": ({ server, view }, uri, useId, findingId) => showTrace(server, view, { uri, useId, findingId }),
	"mmLifetime.debugTrace": ({ server }, uri, useId, findingId) => debugTrace(server, { uri, useId, findingId }),
	"mmLifetime.explainRule": ({ context }, rule) => explainRule(context, textOf(rule)),
	"mmLifetime.copyReport": ({ server }) => copyReport(server),
	"mmLifetime.showOutput": ({ output }) => output.show(),
};

/** Registers all commands until what it returns is disposed of. What a command fails with is logged and said in one message. */
export function registerCommands(session: Session): vscode.Disposable {
	const run = async (id: string, args: readonly unknown[]): Promise<void> => {
		try {
			await COMMANDS[id]?.(session, ...args);
		} catch (error) {
			session.output.error(id, error);
			void vscode.window.showErrorMessage(`mm-lifetime: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	const ids = Object.keys(COMMANDS);
	return vscode.Disposable.from(...ids.map((id) => vscode.commands.registerCommand(id, (...args: readonly unknown[]) => run(id, args))));
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" ? value : undefined;
}

/** The debugger over an interleaving: what makes it known to the editor. The adapter itself is loaded when a session starts. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { DebugInput } from "./debug-input.ts";
import { traceRequest } from "./protocol.ts";
import type { TimelineView } from "./timeline.ts";

export const DEBUG_TYPE = "mm-lifetime";

/** Registers the debugger until what it returns is disposed of; a view of the same use follows its steps. */
export function registerDebugger(server: LanguageClient, view: TimelineView): vscode.Disposable {
	return vscode.Disposable.from(
		vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
			resolveDebugConfigurationWithSubstitutedVariables: (_folder, config) => resolve(server, config),
		}),
		vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
			createDebugAdapterDescriptor: async () => {
				const { TraceSession } = await import("./debug-session.ts");
				return new vscode.DebugAdapterInlineImplementation(new TraceSession());
			},
		}),
		vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, body }) => {
			if (session.type !== DEBUG_TYPE) return;
			const { useId, findingId } = session.configuration;
			view.show({ useId, findingId }, Number(body?.number));
		}),
	);
}

/** Puts the interleaving of the use or finding that a configuration names into it. */
async function resolve(server: LanguageClient, config: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined> {
	const { uri, useId, findingId } = config;
	const ids = typeof findingId === "string" ? { findingId } : { useId: String(useId) };
	const result = typeof uri === "string" ? await server.sendRequest(traceRequest, { textDocument: { uri }, ...ids }) : null;
	if (result === null) {
		await vscode.window.showInformationMessage("mm-lifetime: what this is about is not there any more, or not judged yet.");
		return undefined;
	}
	const { trace, witness, graphs, uris } = result;
	const files = Object.entries(uris).map(([file, at]) => [file, server.protocol2CodeConverter.asUri(at).fsPath]);
	const input: DebugInput = {
		...(trace && { trace }),
		...(witness && { witness }),
		...(graphs && { graphs }),
		files: Object.fromEntries(files),
	};
	return { ...config, input };
}

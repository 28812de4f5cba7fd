import { CodeActionKind, type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver/node";
import type { ClientAbilities } from "./abilities.ts";
import { FIX_ALL } from "./code-actions.ts";
import { SOURCE } from "./protocol.ts";

/** Says what the server can do for a client. Diagnostics are offered only to clients that ask for them; others are sent them. */
export function describeCapabilities(client: ClientAbilities, version: string): InitializeResult {
	return {
		serverInfo: { name: SOURCE, version },
		capabilities: {
			positionEncoding: "utf-16",
			textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
			hoverProvider: true,
			codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
			codeLensProvider: {},
			inlayHintProvider: true,
			...(client.pullDiagnostics && {
				diagnosticProvider: { identifier: SOURCE, interFileDependencies: true, workspaceDiagnostics: true },
			}),
			workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
		},
	};
}

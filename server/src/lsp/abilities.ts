import { type ClientCapabilities, MarkupKind } from "vscode-languageserver/node";

/** What the client said it can do, as far as an answer depends on it. */
export interface ClientAbilities {
	readonly pullDiagnostics: boolean;
	readonly relatedInformation: boolean;
	readonly refreshDiagnostics: boolean;
	readonly refreshLenses: boolean;
	readonly refreshHints: boolean;
	/** `workspace/configuration`: settings are asked for, each for the folder it counts for. */
	readonly configuration: boolean;
	readonly registersConfiguration: boolean;
	readonly registersWatchers: boolean;
	/** Edits that name the version of the document they are for. */
	readonly versionedEdits: boolean;
	readonly codeActions: boolean;
	readonly markdown: boolean;
	/** The client shows `mm-lifetime/status`; others would warn of a notification that they do not know. */
	readonly status: boolean;
}

/**
 * Reads the abilities of a client.
 * @param options `initializationOptions`; `{"status": true}` asks for status notifications
 */
export function readAbilities(capabilities: ClientCapabilities, options: unknown): ClientAbilities {
	const { workspace, textDocument } = capabilities;
	return {
		pullDiagnostics: textDocument?.diagnostic !== undefined,
		relatedInformation: (textDocument?.diagnostic ?? textDocument?.publishDiagnostics)?.relatedInformation !== false,
		refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
		refreshLenses: workspace?.codeLens?.refreshSupport === true,
		refreshHints: workspace?.inlayHint?.refreshSupport === true,
		configuration: workspace?.configuration === true,
		registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
		registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
		versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
		codeActions: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
		markdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) ?? true,
		status: typeof options === "object" && options !== null && "status" in options && options.status === true,
	};
}

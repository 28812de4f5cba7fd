/** The commands about the interleaving of one use: show it as a timeline, step through it in the debugger. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { DEBUG_TYPE } from "./debug.ts";
import { type TraceParams, type TraceResult, traceRequest } from "./protocol.ts";
import { readTimeline, type TimelineView } from "./timeline.ts";
import { subjectOf } from "./timeline-page.ts";

/** Which use or finding is meant, as a command is told it; nothing of it has to be there, or right. */
export interface Meant {
	readonly uri: unknown;
	readonly useId?: unknown;
	readonly findingId?: unknown;
}

/** Shows the timeline of a use; without a URI, of the one at the cursor. */
export async function showTrace(server: LanguageClient, view: TimelineView, meant: Meant): Promise<void> {
	const found = await fetchTrace(server, meant);
	if (found === undefined) return;
	const { result, params } = found;
	const timeline = readTimeline(result);
	if (timeline === undefined) {
		await vscode.window.showInformationMessage(`mm-lifetime: ${subjectOf(result).title}: there is no interleaving to show.`);
		return;
	}
	const locate = (file: string): vscode.Uri | undefined => {
		const uri = result.uris[file];
		return uri === undefined ? undefined : server.protocol2CodeConverter.asUri(uri);
	};
	view.open({ result, timeline, locate, debug: () => debugTrace(server, { uri: params.textDocument.uri, ...subjectOf(result).ids }) });
}

/** Steps through the interleaving of a use in the debugger; without a URI, of the one at the cursor. */
export async function debugTrace(server: LanguageClient, meant: Meant): Promise<void> {
	const found = await fetchTrace(server, meant);
	if (found === undefined) return;
	const { result, params } = found;
	const { title: name, ids } = subjectOf(result);
	await vscode.debug.startDebugging(undefined, { type: DEBUG_TYPE, request: "launch", name, uri: params.textDocument.uri, ...ids });
}

/** Asks for the trace of a use, and says so where there is none. */
export async function fetchTrace(
	server: LanguageClient,
	meant: Meant,
): Promise<{ readonly result: TraceResult; readonly params: TraceParams } | undefined> {
	const params = typeof meant.uri === "string" ? readMeant(meant.uri, meant) : atCursor(server);
	const result = params === undefined ? null : await server.sendRequest(traceRequest, params);
	if (params !== undefined && result !== null) return { result, params };
	await vscode.window.showInformationMessage("mm-lifetime: no use of an address space here, or it is not judged yet.");
	return undefined;
}

function readMeant(uri: string, { useId, findingId }: Meant): TraceParams {
	return { textDocument: { uri }, ...(typeof findingId === "string" ? { findingId } : { useId: String(useId) }) };
}

function atCursor(server: LanguageClient): TraceParams | undefined {
	const editor = vscode.window.activeTextEditor;
	if (editor === undefined) return undefined;
	const { document, selection } = editor;
	// In the indentation, what the line begins with is meant.
	const start = document.lineAt(selection.active.line).firstNonWhitespaceCharacterIndex;
	const position = selection.active.with({ character: Math.max(start, selection.active.character) });
	return {
		textDocument: server.code2ProtocolConverter.asTextDocumentIdentifier(document),
		position: server.code2ProtocolConverter.asPosition(position),
	};
}

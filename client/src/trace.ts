/** The command that walks through the interleaving of a use, each step shown at its line. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type TraceParams, traceRequest } from "./protocol.ts";
import { listSteps, type StepItem } from "./trace-steps.ts";

/**
 * Shows the trace of a use in a list; moving through the list shows the lines.
 * @param uri the document of the use, and its id; without them the use at the cursor is meant
 */
export async function showTrace(server: LanguageClient, uri?: string, useId?: string): Promise<void> {
	const params = uri === undefined ? atCursor(server) : { textDocument: { uri }, ...(useId !== undefined && { useId }) };
	const result = params === undefined ? null : await server.sendRequest(traceRequest, params);
	if (params === undefined || result === null) {
		await vscode.window.showInformationMessage("mm-lifetime: no use of an address space here, or it is not judged yet.");
		return;
	}
	const { title, placeholder, steps } = listSteps(result);
	if (steps.length === 0) {
		await vscode.window.showInformationMessage(`${title}: ${placeholder}`);
		return;
	}
	walkSteps(title, placeholder, steps, (file) => server.protocol2CodeConverter.asUri(result.uris[file] ?? params.textDocument.uri));
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

/** The line of the step that is looked at. */
const stepLine = vscode.window.createTextEditorDecorationType({
	isWholeLine: true,
	backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
});

function walkSteps(title: string, placeholder: string, steps: readonly StepItem[], locate: (file: string) => vscode.Uri): void {
	const before = vscode.window.activeTextEditor;
	const selection = before?.selection;
	const pick = vscode.window.createQuickPick<StepItem>();
	pick.title = title;
	pick.placeholder = placeholder;
	pick.items = steps;
	pick.matchOnDescription = true;
	let marked: vscode.TextEditor | undefined;
	let kept = false;
	const show = async (item: StepItem | undefined, preserveFocus: boolean): Promise<void> => {
		if (item?.place === undefined) return;
		const { file, line, column } = item.place;
		const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
		const editor = await vscode.window.showTextDocument(locate(file), {
			preview: true,
			preserveFocus,
			selection: new vscode.Range(at, at),
		});
		marked?.setDecorations(stepLine, []);
		marked = undefined;
		// A slow document may come after the list was left, or after the next step.
		if (!preserveFocus || pick.activeItems[0] !== item) return;
		marked = editor;
		editor.setDecorations(stepLine, [new vscode.Range(at, at)]);
	};
	pick.onDidChangeActive(([item]) => void show(item, true));
	pick.onDidAccept(() => {
		kept = true;
		const item = pick.activeItems[0];
		pick.hide();
		void show(item, false);
	});
	pick.onDidHide(() => {
		marked?.setDecorations(stepLine, []);
		pick.dispose();
		if (!kept && before !== undefined && selection !== undefined) {
			void vscode.window.showTextDocument(before.document, {
				selection,
				...(before.viewColumn !== undefined && { viewColumn: before.viewColumn }),
			});
		}
	});
	pick.show();
}

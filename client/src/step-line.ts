/** The line of the step that is looked at: shown and marked in an editor, while the focus stays where it is. */

import * as vscode from "vscode";

const decoration = vscode.window.createTextEditorDecorationType({
	isWholeLine: true,
	backgroundColor: new vscode.ThemeColor("editor.stackFrameHighlightBackground"),
	overviewRulerColor: new vscode.ThemeColor("editor.stackFrameHighlightBackground"),
});

export class StepLine implements vscode.Disposable {
	#marked: vscode.TextEditor | undefined;
	#asked = 0;

	/** Puts the cursor of an editor in a column to a place, from 1. A document that opens slowly gives way to what was asked for after it. */
	async show(uri: vscode.Uri, line: number, column: number, viewColumn: vscode.ViewColumn): Promise<void> {
		const asked = ++this.#asked;
		const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
		const document = await vscode.workspace.openTextDocument(uri);
		if (asked !== this.#asked) return;
		const selection = new vscode.Range(at, at);
		const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: true, selection });
		if (asked !== this.#asked) return;
		this.clear();
		this.#marked = editor;
		editor.setDecorations(decoration, [selection]);
	}

	clear(): void {
		this.#marked?.setDecorations(decoration, []);
		this.#marked = undefined;
	}

	dispose(): void {
		this.#asked++;
		this.clear();
	}
}

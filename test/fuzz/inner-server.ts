/** The language server in this process, without what ends a process: quick to start, so that many can be. */

import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver-protocol/node";
import { serve } from "../../server/src/lsp/start.ts";
import { Editor, type EditorOptions } from "../lsp/editor.ts";

/** Starts a server, and an editor that has shaken hands with it. */
export async function startInnerServer(options: EditorOptions): Promise<Editor> {
	const [there, back] = [new PassThrough(), new PassThrough()];
	const connection = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
	serve(connection, "0.0.0", new AbortController());
	const editor = new Editor(createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(there)), undefined, options);
	await editor.initialize(options);
	return editor;
}

/** Shuts the server down, as far as a server goes that shares a process with others. */
export async function stopInnerServer(editor: Editor): Promise<void> {
	await editor.connection.sendRequest("shutdown");
	editor.connection.dispose();
}

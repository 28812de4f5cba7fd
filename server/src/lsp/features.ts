import type { Connection, InitializeParams, TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { loadEngine } from "../workspace/load-engine.ts";
import { makeSearch } from "../workspace/search.ts";
import { Sessions } from "../workspace/sessions.ts";
import { readAbilities } from "./abilities.ts";
import { serveCodeActions } from "./code-actions.ts";
import { serveLenses } from "./code-lens.ts";
import { Configuration } from "./configuration.ts";
import { serveDiagnostics } from "./diagnostics.ts";
import { Folders } from "./folders.ts";
import { runInBackground } from "./handler.ts";
import { serveHover } from "./hover.ts";
import { Indexing } from "./indexing.ts";
import { serveInlayHints } from "./inlay-hints.ts";
import { LiveAnswers } from "./live.ts";
import { keepAnswersFresh } from "./refresh.ts";
import { serveReports } from "./report.ts";
import type { Server } from "./server.ts";
import { serveStatus } from "./status.ts";
import { serveTraces } from "./trace.ts";
import { Trees } from "./trees.ts";
import { ClientUris } from "./uris.ts";
import { registerWatchers, watchFiles } from "./watch.ts";

/** Puts a server together for a client that has introduced itself, all features in place. */
export function makeServer(
	connection: Connection,
	documents: TextDocuments<TextDocument>,
	params: InitializeParams,
	stopped: AbortSignal,
): Server {
	const client = readAbilities(params.capabilities, params.initializationOptions);
	const uris = new ClientUris();
	const configuration = new Configuration(connection, client, params.initializationOptions);
	const folders = new Folders(uris, foldersOf(params));
	const sessions = new Sessions(loadEngine, makeSearch(true));
	const trees = new Trees({ documents, configuration, folders, uris, sessions });
	const indexing = new Indexing(connection, trees, folders, stopped);
	const server: Server = { connection, client, documents, configuration, folders, uris, trees, indexing, live: new LiveAnswers(), stopped };
	for (const serve of [
		serveDiagnostics,
		serveHover,
		serveCodeActions,
		serveLenses,
		serveInlayHints,
		serveTraces,
		serveStatus,
		serveReports,
		watchFiles,
		keepAnswersFresh,
		readOpened,
		followSettings,
	]) {
		serve(server);
	}
	return server;
}

/** What may only be asked of the client once the handshake is over. */
export async function registerWithClient(server: Server): Promise<void> {
	await Promise.all([server.configuration.register(), registerWatchers(server)]);
}

/** The tree of a document is read when the first of its documents is opened. */
function readOpened({ connection, documents, indexing, trees, stopped }: Server): void {
	documents.onDidOpen(({ document }) =>
		runInBackground(connection, stopped, async () => {
			const place = await trees.place(document.uri);
			if (place !== undefined) indexing.start(place.session);
		}),
	);
}

/** Changed settings and workspace folders count at once. */
function followSettings({ connection, client, configuration, folders, trees, stopped }: Server): void {
	connection.onDidChangeConfiguration(({ settings }) => {
		configuration.change(settings);
		runInBackground(connection, stopped, () => trees.reconfigure());
	});
	if (!client.folders) return;
	connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
		folders.change(added, removed);
		runInBackground(connection, stopped, () => trees.reconfigure());
	});
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly { readonly uri: string; readonly name: string }[] {
	return workspaceFolders ?? (rootUri === null ? [] : [{ uri: rootUri, name: "" }]);
}

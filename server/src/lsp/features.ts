import {
	type Connection,
	DidChangeWorkspaceFoldersNotification,
	type InitializeParams,
	type TextDocuments,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { Cache, defaultCacheFolder } from "../workspace/cache.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { makeSearch } from "../workspace/search.ts";
import { Sessions } from "../workspace/sessions.ts";
import { readAbilities } from "./abilities.ts";
import { serveCodeActions } from "./code-actions.ts";
import { serveLenses } from "./code-lens.ts";
import { Configuration } from "./configuration.ts";
import { serveDiagnostics } from "./diagnostics.ts";
import { Folders } from "./folders.ts";
import { freeMemoryAfterEdits } from "./free-memory.ts";
import { runInBackground } from "./handler.ts";
import { serveHover } from "./hover.ts";
import { Indexing } from "./indexing.ts";
import { serveInlayHints } from "./inlay-hints.ts";
import { LiveAnswers } from "./live.ts";
import { prepareForEdits } from "./prepare.ts";
import { keepAnswersFresh } from "./refresh.ts";
import { serveReports } from "./report.ts";
import type { Server } from "./server.ts";
import { serveStatus } from "./status.ts";
import { serveTraces } from "./trace.ts";
import { Trees } from "./trees.ts";
import { ClientUris } from "./uris.ts";
import { lookAtDisk, registerWatchers, watchFiles } from "./watch.ts";

/** Puts a server together for a client that has introduced itself, all features in place. */
export function makeServer(
	connection: Connection,
	documents: TextDocuments<TextDocument>,
	params: InitializeParams,
	stopped: AbortSignal,
): Server {
	// By the time that a document is opened the parser is there.
	runInBackground(connection, stopped, loadEngine);
	const client = readAbilities(params.capabilities, params.initializationOptions);
	const uris = new ClientUris();
	const configuration = new Configuration(connection, client, params.initializationOptions);
	const folders = new Folders(uris, foldersOf(params));
	const folder = defaultCacheFolder();
	const sessions = new Sessions(loadEngine, makeSearch(true), folder === undefined ? undefined : new Cache(folder));
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
		prepareForEdits,
		freeMemoryAfterEdits,
		readOpened,
		followSettings,
	]) {
		serve(server);
	}
	return server;
}

/** Asks of the client what may be asked only once the handshake is over; settings are there then when the first document comes. */
export async function finishHandshake({ configuration, folders, ...server }: Server): Promise<void> {
	const settings = folders.all.map((folder) => configuration.for(folder.uri));
	await Promise.all([configuration.register(), registerWatchers(server), ...settings]);
}

/** The tree of a document is read when the first of its documents is opened; what can be said at once comes before that. */
function readOpened(server: Server): void {
	const { connection, documents, indexing, trees, stopped } = server;
	documents.onDidSave(() => lookAtDisk(server));
	documents.onDidOpen(({ document }) =>
		runInBackground(connection, stopped, async () => {
			lookAtDisk(server);
			const judged = await trees.judge(document.uri, stopped);
			if (judged !== undefined) indexing.start(judged.session);
		}),
	);
}

/** Changed settings and workspace folders count at once. */
function followSettings({ connection, configuration, folders, trees, stopped }: Server): void {
	const reconfigure = (): void => runInBackground(connection, stopped, () => trees.reconfigure());
	configuration.onLate(reconfigure);
	connection.onDidChangeConfiguration(({ settings }) => {
		configuration.change(settings);
		reconfigure();
	});
	// Not by connection.workspace: that asks the client for what the capabilities state already, and before the handshake is over.
	connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event: { added, removed } }) => {
		folders.change(added, removed);
		reconfigure();
	});
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly { readonly uri: string; readonly name: string }[] {
	return workspaceFolders ?? (rootUri === null ? [] : [{ uri: rootUri, name: "" }]);
}

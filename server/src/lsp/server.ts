import type { Connection, TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ClientAbilities } from "./abilities.ts";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";
import type { Indexing } from "./indexing.ts";
import type { LiveAnswers } from "./live.ts";
import type { Trees } from "./trees.ts";
import type { ClientUris } from "./uris.ts";

/** What each feature is handed. */
export interface Server {
	readonly connection: Connection;
	readonly client: ClientAbilities;
	readonly documents: TextDocuments<TextDocument>;
	readonly configuration: Configuration;
	readonly folders: Folders;
	readonly uris: ClientUris;
	readonly trees: Trees;
	readonly indexing: Indexing;
	readonly live: LiveAnswers;
	/** Fires when the server is shut down. */
	readonly stopped: AbortSignal;
}

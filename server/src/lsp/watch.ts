import { DidChangeWatchedFilesNotification } from "vscode-languageserver/node";
import { isInside, toRelative } from "../workspace/plan.ts";
import { SETTINGS_FILE } from "../workspace/settings-file.ts";
import { debounce } from "./debounce.ts";
import type { Server } from "./server.ts";
import { resolveLinks, toPath } from "./uris.ts";

/** Milliseconds of quiet after which changed files are one batch: a checkout changes tens of thousands, one after the other. */
const QUIET = 200;

const WATCHED = ["**/*.{c,h}", `**/${SETTINGS_FILE}`, "**/Makefile"];

/** Tells the trees of files that changed on disk, however many there are, at once. */
export function watchFiles(server: Server): void {
	const { connection, indexing, trees, stopped } = server;
	let changed = new Set<string>();
	const tell = debounce(() => {
		const paths = [...changed].flatMap((uri) => toPath(uri) ?? []).map(resolveLinks);
		changed = new Set();
		for (const session of trees.sessions) {
			const inside = paths.filter((path) => isInside(session.root, path)).map((path) => toRelative(session.root, path));
			if (inside.length > 0) indexing.filesChanged(session, inside);
		}
	}, QUIET);
	connection.onDidChangeWatchedFiles(({ changes }) => {
		for (const { uri } of changes) changed.add(uri);
		tell();
	});
	stopped.addEventListener("abort", tell.cancel);
}

/**
 * Looks whether files that were read have changed on disk meanwhile: a client may not watch, or may not have told yet. Where an edit of a file
 * that is not open would go by what stood there before, it must not be given.
 */
export function lookAtDisk({ indexing, trees }: Server): void {
	for (const session of trees.sessions) {
		const changed = session.changedOnDisk();
		if (changed.length > 0) indexing.filesChanged(session, changed);
	}
}

/** Asks the client to watch for us, where it wants to be asked. */
export async function registerWatchers({ client, connection }: Pick<Server, "client" | "connection">): Promise<void> {
	if (!client.registersWatchers) return;
	await connection.client.register(DidChangeWatchedFilesNotification.type, {
		watchers: WATCHED.map((globPattern) => ({ globPattern })),
	});
}

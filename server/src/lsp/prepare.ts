import { freeMemory } from "./free-memory.ts";
import { BETWEEN_KEYS, giveWay } from "./giving-way.ts";
import type { Server } from "./server.ts";

/** Finds out ahead what an edit of an open document needs: a server that was started from a cache knows of nothing but what came out. */
export function prepareForEdits(server: Server): void {
	const { documents, trees } = server;
	const run = async (signal: AbortSignal): Promise<void> => {
		let isPrepared = false;
		for (const { uri } of documents.all()) {
			const place = await trees.place(uri);
			if (await place?.session.prepare(place.path, signal)) isPrepared = true;
		}
		if (isPrepared) await freeMemory();
	};
	giveWay(server, { quiet: BETWEEN_KEYS, run });
}

import { debounce } from "./debounce.ts";
import { runInBackground } from "./handler.ts";
import type { LiveFeature } from "./live.ts";
import type { Server } from "./server.ts";

/** Milliseconds of quiet after a change before the answers in the editor are compared with what would be said now. */
const QUIET = 150;

/** Makes the client ask again for what was answered before a change elsewhere (another document, files, settings, the index) and differs now. */
export function keepAnswersFresh(server: Server): void {
	const { connection, documents, live, trees, stopped } = server;
	const compare = async (): Promise<void> => {
		const stale = new Set<LiveFeature<unknown>>();
		for (const uri of live.uris) {
			const judged = await trees.judge(uri, stopped);
			for (const feature of live.findStale(uri, judged)) stale.add(feature);
		}
		await Promise.all([...stale].map((feature) => feature.refresh()));
	};
	const compareSoon = debounce(() => runInBackground(connection, stopped, compare), QUIET);
	trees.onChange(({ what }) => {
		if (what === "answers") compareSoon();
	});
	documents.onDidChangeContent(compareSoon);
	documents.onDidClose(({ document }) => live.forget(document.uri));
	stopped.addEventListener("abort", compareSoon.cancel);
}

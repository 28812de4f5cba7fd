import { BETWEEN_KEYS, giveWay } from "./giving-way.ts";
import type { LiveFeature } from "./live.ts";
import type { Server } from "./server.ts";

/**
 * Makes the client ask again for what was answered before a change elsewhere (another document, files, settings, the index) and differs now.
 * The documents take turns: where edits leave little time, each is compared between some of them.
 */
export function keepAnswersFresh(server: Server): void {
	const { documents, live, trees } = server;
	const waiting = new Set<string>();
	const waitAll = (): void => {
		for (const uri of live.uris) waiting.add(uri);
	};
	const compare = async (signal: AbortSignal): Promise<void> => {
		const stale = new Set<LiveFeature<unknown>>();
		try {
			for (const uri of waiting) {
				const judged = await trees.judge(uri, signal);
				waiting.delete(uri);
				for (const feature of live.findStale(uri, judged)) stale.add(feature);
			}
		} finally {
			await Promise.all([...stale].map((feature) => feature.refresh()));
		}
	};
	giveWay(server, { quiet: BETWEEN_KEYS, run: compare });
	documents.onDidChangeContent(waitAll);
	trees.onChange(({ what }) => {
		if (what === "answers") waitAll();
	});
	documents.onDidClose(({ document: { uri } }) => {
		live.forget(uri);
		waiting.delete(uri);
	});
}

import type { InlayHint } from "vscode-languageserver/node";
import { writeInlayHints } from "../report/inlay.ts";
import { makeHandler } from "./handler.ts";
import type { LiveFeature } from "./live.ts";
import { touches } from "./protocol.ts";
import type { Server } from "./server.ts";

/** The state of the mm behind each line that changes it, on the way of the interleaving that the verdict is about. */
export function serveInlayHints(server: Server): void {
	const { connection, client, live, trees } = server;
	const feature: LiveFeature<InlayHint> = {
		build: (judged) => {
			const document = judged?.document;
			if (judged === undefined || document === undefined || !judged.settings.inlayHints) return [];
			return writeInlayHints(judged.judgement.uses, judged.path).map(({ line, text, tooltip }) => ({
				// The end of the line: a character beyond it is moved back to it.
				position: document.positionAt(document.offsetAt({ line: line - 1, character: Number.MAX_SAFE_INTEGER })),
				label: text,
				tooltip,
				paddingLeft: true,
			}));
		},
		refresh: async () => {
			if (client.refreshHints) await connection.languages.inlayHint.refresh();
		},
	};
	connection.languages.inlayHint.on(
		makeHandler(server, async ({ range, textDocument: { uri } }, signal) =>
			live
				.give(feature, uri, await trees.judge(uri, signal))
				.items.filter(({ position }) => touches({ start: position, end: position }, range)),
		),
	);
}

import { type CodeLens, CodeLensRefreshRequest } from "vscode-languageserver/node";
import { writeLens, writePendingLens } from "../report/lens.ts";
import { makeHandler } from "./handler.ts";
import type { LiveFeature } from "./live.ts";
import { toRange } from "./protocol.ts";
import { SHOW_TRACE_COMMAND } from "./requests.ts";
import type { Server } from "./server.ts";

/** One lens over each use; it opens the trace. A use that is not final yet says so. */
export function serveLenses(server: Server): void {
	const { connection, client, live, trees } = server;
	const feature: LiveFeature<CodeLens> = {
		build: (judged) => {
			if (judged === undefined || !judged.settings.codeLens) return [];
			const { judgement, uri } = judged;
			const final = judgement.uses.map((use) => ({
				range: toRange(use),
				command: { title: writeLens(use), command: SHOW_TRACE_COMMAND, arguments: [uri, use.id] },
			}));
			const pending = judgement.pending.map((use) => ({ range: toRange(use), command: { title: writePendingLens(), command: "" } }));
			return [...final, ...pending];
		},
		refresh: async () => {
			if (client.refreshLenses) await connection.sendRequest(CodeLensRefreshRequest.type);
		},
	};
	connection.onCodeLens(
		makeHandler(server, async ({ textDocument: { uri } }, signal) => [...live.give(feature, uri, await trees.judge(uri, signal)).items]),
	);
}

import { debounce } from "./debounce.ts";
import { type ServerStatus, STATUS_NOTIFICATION, STATUS_REQUEST } from "./requests.ts";
import type { Server } from "./server.ts";

/** Milliseconds between a change and the status that tells of it. */
const QUIET = 100;

/** Tells how far the index is and what was found, on request and, to clients that want it, whenever it changes. */
export function serveStatus({ connection, client, documents, trees, stopped }: Server): void {
	const read = (): ServerStatus => {
		const states = trees.sessions.map((session) => session.index);
		const index = states.find(({ state }) => state === "indexing") ?? states.find(({ state }) => state === "idle") ?? states[0];
		return { index: index ?? { state: "idle" }, uses: trees.countUses() };
	};
	connection.onRequest(STATUS_REQUEST, read);
	if (!client.status) return;
	let last = "";
	const tell = debounce(() => {
		const status = read();
		if (JSON.stringify(status) === last) return;
		last = JSON.stringify(status);
		void connection.sendNotification(STATUS_NOTIFICATION, status);
	}, QUIET);
	trees.onChange(tell);
	trees.onJudged(tell);
	documents.onDidClose(tell);
	stopped.addEventListener("abort", tell.cancel);
}

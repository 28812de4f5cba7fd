import { makeHandler } from "./handler.ts";
import { toRange, touches } from "./protocol.ts";
import { TRACE_REQUEST, type TraceResult } from "./requests.ts";
import type { Server } from "./server.ts";

/** Answers with one use of a document and its interleavings, for a timeline. */
export function serveTraces(server: Server): void {
	const { connection, trees } = server;
	connection.onRequest(
		TRACE_REQUEST,
		makeHandler(server, async ({ position, textDocument, useId }, signal): Promise<TraceResult | null> => {
			const judged = await trees.judge(textDocument.uri, signal);
			const use = judged?.judgement.uses.find((candidate) =>
				useId === undefined
					? position !== undefined && touches(toRange(candidate), { start: position, end: position })
					: candidate.id === useId,
			);
			if (judged === undefined || use === undefined) return null;
			const { trace, witness, graphs } = use;
			const { uriOf } = trees.around(judged.session);
			const steps = [...(trace ?? []), ...(witness ?? [])].map((step) => step.file).filter((file) => file !== "");
			return {
				use,
				...(trace && { trace }),
				...(witness && { witness }),
				...(graphs && { graphs }),
				uris: Object.fromEntries([use.file, ...steps].map((file) => [file, uriOf(file)])),
			};
		}),
	);
}

import type { Position } from "vscode-languageserver/node";
import type { Use } from "../analysis/types.ts";
import { makeHandler } from "./handler.ts";
import { TRACE_REQUEST, type TraceResult } from "./requests.ts";
import type { Server } from "./server.ts";
import type { Judged } from "./trees.ts";

/** Answers with one use of a document and its interleavings, for a timeline. */
export function serveTraces(server: Server): void {
	const { connection, trees } = server;
	connection.onRequest(
		TRACE_REQUEST,
		makeHandler(server, async ({ position, textDocument, useId }, signal): Promise<TraceResult | null> => {
			const judged = await trees.judge(textDocument.uri, signal);
			const use =
				useId === undefined
					? position && findNearest(judged, position)
					: judged?.judgement.uses.find((candidate) => candidate.id === useId);
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

/** The use on whose lines a place is, else the nearest one of the function around it. */
function findNearest(judged: Judged | undefined, { line, character }: Position): Use | undefined {
	const lines = judged?.document?.getText().split("\n") ?? [];
	/** Kernel style: what starts with a closing brace ends a function, and nothing inside one does. */
	const isWithoutEnd = (from: number, to: number): boolean => !lines.slice(from, to).some((text) => text.startsWith("}"));
	const near = (judged?.judgement.uses ?? []).flatMap((use) => {
		const [first, last] = [use.line - 1, use.endLine - 1];
		const away = Math.max(first - line, line - last, 0);
		const isHere = line < first ? isWithoutEnd(line, first) : isWithoutEnd(last, line);
		return isHere ? [{ use, away, aside: Math.abs(use.column - 1 - character) }] : [];
	});
	return near.toSorted((a, b) => a.away - b.away || a.aside - b.aside)[0]?.use;
}

import type { Position } from "vscode-languageserver/node";
import type { Use } from "../analysis/types.ts";
import { makeHandler } from "./handler.ts";
import { TRACE_REQUEST, type TraceParams, type TraceResult } from "./requests.ts";
import type { Server } from "./server.ts";
import type { Judged } from "./trees.ts";

/** Answers with one use or finding of a document and its interleavings, for a timeline. */
export function serveTraces(server: Server): void {
	const { connection, trees } = server;
	connection.onRequest(
		TRACE_REQUEST,
		makeHandler(server, async (params, signal): Promise<TraceResult | null> => {
			const judged = await trees.judge(params.textDocument.uri, signal);
			const meant = judged && findMeant(judged, params);
			if (judged === undefined || meant === undefined) return null;
			const { use, finding } = meant;
			const { trace, graphs } = finding?.trace === undefined ? (use ?? {}) : finding;
			const witness = use?.witness;
			const { uriOf } = trees.around(judged.session);
			const steps = [...(trace ?? []), ...(witness ?? [])].map((step) => step.file).filter((file) => file !== "");
			const places = [use, finding].flatMap((place) => (place === undefined ? [] : [place.file]));
			return {
				...meant,
				...(trace && { trace }),
				...(witness && { witness }),
				...(graphs && { graphs }),
				uris: Object.fromEntries([...places, ...steps].map((file) => [file, uriOf(file)])),
			};
		}),
	);
}

/** The use or finding that is asked for; a finding comes with its use where it has one. */
function findMeant(judged: Judged, { findingId, useId, position }: TraceParams): Pick<TraceResult, "use" | "finding"> | undefined {
	const { uses, findings } = judged.judgement;
	if (findingId !== undefined) {
		const finding = findings.find((candidate) => candidate.id === findingId);
		const own = uses.find((candidate) => candidate.id === finding?.useId);
		return finding && { finding, ...(own && { use: own }) };
	}
	const use = useId === undefined ? position && findNearest(judged, position) : uses.find((candidate) => candidate.id === useId);
	return use && { use };
}

/** The use on whose lines a place is, else the nearest one of the function around it. */
function findNearest(judged: Judged, { line, character }: Position): Use | undefined {
	const lines = judged.document?.getText().split("\n") ?? [];
	/** Kernel style: what starts with a closing brace ends a function, and nothing inside one does. */
	const isWithoutEnd = (from: number, to: number): boolean => !lines.slice(from, to).some((text) => text.startsWith("}"));
	const near = judged.judgement.uses.flatMap((use) => {
		const [first, last] = [use.line - 1, use.endLine - 1];
		const away = Math.max(first - line, line - last, 0);
		const isHere = line < first ? isWithoutEnd(line, first) : isWithoutEnd(last, line);
		return isHere ? [{ use, away, aside: Math.abs(use.column - 1 - character) }] : [];
	});
	return near.toSorted((a, b) => a.away - b.away || a.aside - b.aside)[0]?.use;
}

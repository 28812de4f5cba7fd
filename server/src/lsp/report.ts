import { dirname } from "node:path";
import { writeText } from "../cli/reporters/text.ts";
import { mergeReports, type PlacedReport } from "../workspace/merge.ts";
import { isInside, toPrefix } from "../workspace/plan.ts";
import { makeHandler } from "./handler.ts";
import { REPORT_REQUEST, type ReportResult } from "./requests.ts";
import type { Server } from "./server.ts";

const asItIs = (text: string): string => text;
/** For a text that goes into a document or a mail. */
const NO_PAINT = { bold: asItIs, dim: asItIs, red: asItIs, yellow: asItIs, cyan: asItIs, green: asItIs };

/** Answers with everything that is to be said about the workspace, unsaved texts counted. */
export function serveReports(server: Server): void {
	const { connection, indexing, trees } = server;
	connection.onRequest(
		REPORT_REQUEST,
		makeHandler(server, async (_params, signal): Promise<ReportResult> => {
			const sessions = await indexing.readWorkspace(signal);
			const base = findCommonFolder(sessions.map((session) => session.root));
			const parts: PlacedReport[] = [];
			for (const session of sessions) {
				parts.push({ report: await trees.report(session, signal), prefix: toPrefix(base, session.root) });
			}
			const report = mergeReports(parts);
			const text = writeText(report, report.uses, {
				paint: NO_PAINT,
				byteColumn: (_file, _line, column) => column,
				listUses: true,
				listHoles: false,
			});
			return { report, text };
		}),
	);
}

function findCommonFolder(folders: readonly string[]): string {
	let common = folders[0] ?? "";
	for (const folder of folders) while (!isInside(common, folder) && dirname(common) !== common) common = dirname(common);
	return common;
}

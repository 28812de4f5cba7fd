/** The commands about everything that was found. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { countFindings, countUses } from "../../server/src/report/summary.ts";
import { type ReportResult, reportRequest } from "./protocol.ts";

/** Reads and judges all that the workspace holds, says what came out, and offers the Problems panel. */
export async function checkWorkspace(server: LanguageClient): Promise<void> {
	const result = await fetchReport(server);
	if (result === undefined) return;
	const { uses, findings } = result.report;
	const show = "Show Problems";
	const answer = await vscode.window.showInformationMessage(`mm-lifetime: ${countUses(uses)}; ${countFindings(findings)}`, show);
	if (answer === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
}

/** Puts the report of the workspace into the clipboard, as the command line prints it. */
export async function copyReport(server: LanguageClient): Promise<void> {
	const result = await fetchReport(server);
	if (result === undefined) return;
	await vscode.env.clipboard.writeText(result.text);
	vscode.window.setStatusBarMessage("mm-lifetime: report copied", 5000);
}

/** Asks for the report, which takes as long as reading the workspace does; undefined when that is cancelled. */
async function fetchReport(server: LanguageClient): Promise<ReportResult | undefined> {
	return await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title: "mm-lifetime: checking the workspace", cancellable: true },
		async (_progress, cancelled) => {
			try {
				return await server.sendRequest(reportRequest, {}, cancelled);
			} catch (error) {
				if (cancelled.isCancellationRequested) return undefined;
				throw error;
			}
		},
	);
}

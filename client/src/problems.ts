/** A way from an entry of the Problems panel, and from a squiggle, to the timeline. */

import * as vscode from "vscode";

const SHOW = "mmLifetime.showTrace";

/** Offers the timeline wherever the server has found something, until what it returns is disposed of. */
export function offerTimelines(): vscode.Disposable {
	return vscode.languages.registerCodeActionsProvider(
		[{ language: "c" }, { language: "cpp", pattern: "**/*.h" }],
		{
			provideCodeActions: ({ uri }, _range, { diagnostics }) =>
				diagnostics.flatMap((diagnostic) => {
					const findingId = findingOf(diagnostic);
					if (findingId === undefined) return [];
					const action = new vscode.CodeAction("Show timeline", vscode.CodeActionKind.QuickFix);
					action.command = { command: SHOW, title: action.title, arguments: [uri.toString(), undefined, findingId] };
					action.diagnostics = [diagnostic];
					return [action];
				}),
		},
		{ providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
	);
}

/** The finding that a diagnostic is of, where it has a trace: the steps of one are its related information. */
function findingOf(diagnostic: vscode.Diagnostic & { readonly data?: unknown }): string | undefined {
	const { source, relatedInformation = [], data } = diagnostic;
	if (source !== "mm-lifetime" || relatedInformation.length === 0) return undefined;
	const { findingId } = (typeof data === "object" && data !== null ? data : {}) as { readonly findingId?: unknown };
	return typeof findingId === "string" ? findingId : undefined;
}

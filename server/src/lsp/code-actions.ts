/** Fixes of the findings at a place, and the one action that applies the safe ones of a whole document. */

import {
	type CodeAction,
	CodeActionKind,
	type CodeActionParams,
	CodeActionTriggerKind,
	type Diagnostic,
	type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { Finding, Fix, TextEdit } from "../analysis/types.ts";
import { FixCache } from "./fix-cache.ts";
import { giveWay } from "./giving-way.ts";
import { ContentModified, makeHandler } from "./handler.ts";
import { SOURCE, toRange, touches, toWorkspaceEdit } from "./protocol.ts";
import type { Server } from "./server.ts";
import type { Judged } from "./trees.ts";
import { lookAtDisk } from "./watch.ts";

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.${SOURCE}`;

/** Milliseconds of quiet after which fixes are proved ahead. */
const IDLE = 1000;

export function serveCodeActions(server: Server): void {
	const { connection, documents, client, trees } = server;
	const cache = new FixCache();
	documents.onDidClose(({ document }) => cache.forget(document.uri));
	proveAhead(server, cache);
	const toEdit = (judged: Judged, edits: readonly TextEdit[]): WorkspaceEdit =>
		toWorkspaceEdit(edits, trees.around(judged.session), client.versionedEdits);
	connection.onCodeAction(
		makeHandler(server, async (params: CodeActionParams, signal): Promise<CodeAction[]> => {
			const { context, range, textDocument } = params;
			lookAtDisk(server);
			const judged = client.codeActions ? await trees.judge(textDocument.uri, signal) : undefined;
			if (judged === undefined) return [];
			const actions: CodeAction[] = [];
			if (isWanted(CodeActionKind.QuickFix, context.only)) {
				for (const finding of judged.judgement.findings.filter((candidate) => touches(toRange(candidate), range))) {
					const about = findDiagnostic(finding, context.diagnostics);
					for (const fix of await cache.get(judged, finding, signal)) actions.push(toAction(fix, toEdit(judged, fix.edits), about));
				}
			}
			// Not offered unless it is asked for: in a list of fixes for one place it would be taken for one of them.
			if (context.only !== undefined && isWanted(FIX_ALL, context.only)) {
				const edits = collectSafe(judged, await findFixes(judged, cache, context.triggerKind, signal));
				if (edits.length > 0) actions.push({ title: "Apply all safe mm-lifetime fixes", kind: FIX_ALL, edit: toEdit(judged, edits) });
			}
			lookAtDisk(server);
			if (trees.generationOf(judged.session) !== judged.generation) throw new ContentModified();
			return actions;
		}),
	);
}

/** Whether a kind of action is asked for: `source` asks for `source.fixAll.x` too. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
	return only === undefined || only.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`));
}

function toAction(fix: Fix, edit: WorkspaceEdit, about: Diagnostic | undefined): CodeAction {
	return {
		title: fix.title,
		kind: CodeActionKind.QuickFix,
		edit,
		...(fix.preferred && { isPreferred: true }),
		...(about !== undefined && { diagnostics: [about] }),
	};
}

/** The client's own diagnostic of a finding. */
function findDiagnostic(finding: Finding, diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
	const { start } = toRange(finding);
	return diagnostics.find(
		({ source, code, range }) =>
			source === SOURCE && code === finding.rule && range.start.line === start.line && range.start.character === start.character,
	);
}

/** The fixes of all findings of a document: when it is being saved only those known already, since saving must not wait. */
async function findFixes(
	judged: Judged,
	cache: FixCache,
	trigger: CodeActionTriggerKind | undefined,
	signal: AbortSignal,
): Promise<readonly (readonly Fix[])[]> {
	const found: (readonly Fix[])[] = [];
	for (const finding of judged.judgement.findings) {
		found.push(
			trigger === CodeActionTriggerKind.Automatic ? (cache.peek(judged, finding) ?? []) : await cache.get(judged, finding, signal),
		);
	}
	return found;
}

/**
 * Puts together one safe fix for each finding, the preferred one first, as far as they lie in this document and do not overlap. An edit that
 * two of them share (the same #include) is made once.
 */
function collectSafe(judged: Judged, fixes: readonly (readonly Fix[])[]): readonly TextEdit[] {
	const edits: TextEdit[] = [];
	for (const offered of fixes) {
		const safe = offered.filter((fix) => fix.applicability === "safe" && fix.edits.every((edit) => edit.file === judged.path));
		const fix = safe.find((candidate) => candidate.preferred) ?? safe[0];
		const added = fix?.edits.filter((edit) => !edits.some((known) => isSame(known, edit))) ?? [];
		if (added.every((edit) => !edits.some((known) => touches(toRange(known), toRange(edit))))) edits.push(...added);
	}
	return edits;
}

function isSame(a: TextEdit, b: TextEdit): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

/** Proves the fixes of open documents while nothing else happens, one finding after the other. */
function proveAhead(server: Server, cache: FixCache): void {
	const { documents, trees } = server;
	const run = async (signal: AbortSignal): Promise<void> => {
		for (const { uri } of documents.all()) {
			const judged = await trees.judge(uri, signal);
			for (const finding of judged?.judgement.findings ?? []) {
				await new Promise((resolve) => setImmediate(resolve));
				signal.throwIfAborted();
				if (judged !== undefined) await cache.get(judged, finding, signal);
			}
		}
	};
	giveWay(server, { quiet: IDLE, run });
}

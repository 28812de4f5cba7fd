/** Diagnostics, for clients that ask for them and for clients that are told; never both. */

import {
	type Diagnostic,
	type DiagnosticServerCancellationData,
	type DocumentDiagnosticReport,
	DocumentDiagnosticReportKind,
	type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import type { Hole } from "../analysis/types.ts";
import type { FileJudgement, TreeSession } from "../workspace/session.ts";
import { debounce } from "./debounce.ts";
import { makeHandler, runInBackground } from "./handler.ts";
import { identify, type LiveFeature } from "./live.ts";
import { toDiagnostic, toHoleDiagnostic } from "./protocol.ts";
import { findRulePages } from "./rule-pages.ts";
import type { Server } from "./server.ts";

/** Milliseconds of quiet after an edit before diagnostics are sent to a client that does not ask. */
const QUIET = 50;

/** Lines of a file that are shown as not understood; the rest are one more. */
const MOST_HOLES = 20;

/** Milliseconds of quiet before the whole workspace is judged again. */
const WORKSPACE_QUIET = 1000;

const ASK_AGAIN: DiagnosticServerCancellationData = { retriggerRequest: true };

type MakeDiagnostics = (session: TreeSession, judgement: FileJudgement) => readonly Diagnostic[];

/** Serves diagnostics in the way that the client can take them. */
export function serveDiagnostics(server: Server): void {
	const pages = findRulePages();
	const make: MakeDiagnostics = (session, judgement) => {
		const around = server.trees.around(session);
		return [
			...judgement.findings.map((finding) =>
				toDiagnostic(finding, around, { page: pages.get(finding.rule), related: server.client.relatedInformation }),
			),
			...showHoles(judgement.holes).map(toHoleDiagnostic),
		];
	};
	const feature: LiveFeature<Diagnostic> = {
		build: (judged) => (judged === undefined ? [] : make(judged.session, judged.judgement)),
		refresh: async () => {
			if (server.client.refreshDiagnostics) await server.connection.languages.diagnostics.refresh();
		},
	};
	if (server.client.pullDiagnostics) {
		answerDocumentPulls(server, feature);
		answerWorkspacePulls(server, make);
	} else {
		pushDiagnostics(server, feature);
	}
}

/** A text that is no C at all has hundreds: the first of each line are enough to see it. */
function showHoles(holes: readonly Hole[]): readonly Hole[] {
	const lines = [...new Map(holes.toReversed().map((hole) => [hole.line, hole])).values()].toReversed();
	const rest = lines.length - MOST_HOLES;
	const last = lines[MOST_HOLES];
	return last === undefined
		? lines
		: [...lines.slice(0, MOST_HOLES), { ...last, why: `not understood: this line and ${rest - 1} below it` }];
}

function answerDocumentPulls(server: Server, feature: LiveFeature<Diagnostic>): void {
	const { connection, indexing, live, trees } = server;
	connection.languages.diagnostics.on(
		makeHandler(
			server,
			async (params, signal): Promise<DocumentDiagnosticReport> => {
				const { uri } = params.textDocument;
				const judged = await trees.judge(uri, signal);
				// Some clients ask for what is in a tab before it is opened.
				if (judged !== undefined) indexing.start(judged.session);
				const { items, id } = live.give(feature, uri, judged);
				if (id === params.previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id };
				return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: [...items] };
			},
			ASK_AGAIN,
		),
	);
}

/** Files of the workspace that hold a use, tree by tree; those that held one before and no longer do are reported as empty. */
function answerWorkspacePulls(server: Server, make: MakeDiagnostics): void {
	const { connection, trees } = server;
	connection.languages.diagnostics.onWorkspace(
		makeHandler(
			server,
			async (params, signal, _workDone, partial) => {
				const before = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
				const collected: WorkspaceDocumentDiagnosticReport[] = [];
				const report = (uri: string, version: number | null, items: readonly Diagnostic[]): void => {
					const id = identify(items);
					const previous = before.get(uri);
					before.delete(uri);
					const said: WorkspaceDocumentDiagnosticReport =
						previous === id
							? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId: id }
							: { kind: DocumentDiagnosticReportKind.Full, uri, version, resultId: id, items: [...items] };
					if (partial === undefined) collected.push(said);
					else partial.report({ items: [said] });
				};
				// The client asks every few seconds: what is being typed comes first.
				if (before.size > 0) await trees.quiet.wait(WORKSPACE_QUIET, signal);
				for (const session of await server.indexing.readWorkspace(signal)) {
					const around = trees.around(session);
					for await (const judgement of trees.judgeAll(session, signal)) {
						const uri = around.uriOf(judgement.path);
						if (await trees.isWanted(session, judgement.path)) report(uri, around.versionOf(judgement.path), make(session, judgement));
					}
				}
				for (const uri of [...before.keys()]) report(uri, null, []);
				return { items: collected };
			},
			ASK_AGAIN,
		),
	);
}

/** Sends the diagnostics of each open document when they change, with the version that they are for. */
function pushDiagnostics({ connection, documents, live, trees, stopped }: Server, feature: LiveFeature<Diagnostic>): void {
	const sent = new Map<string, string>();
	let running = new AbortController();
	const send = async (signal: AbortSignal): Promise<void> => {
		for (const { uri } of documents.all()) {
			const judged = await trees.judge(uri, signal);
			const document = documents.get(uri);
			if (document === undefined) continue;
			if (judged === undefined && !sent.has(uri)) continue;
			const { items, id } = live.give(feature, uri, judged);
			const name = `${document.version} ${id}`;
			if (sent.get(uri) === name) continue;
			sent.set(uri, name);
			await connection.sendDiagnostics({ uri, version: document.version, diagnostics: [...items] });
		}
	};
	const sendNow = (): void => {
		running.abort();
		running = new AbortController();
		const signal = AbortSignal.any([running.signal, stopped]);
		runInBackground(connection, signal, () => send(signal));
	};
	const sendSoon = debounce(sendNow, QUIET);
	documents.onDidOpen(sendNow);
	documents.onDidChangeContent(sendSoon);
	documents.onDidClose(({ document: { uri } }) => {
		if (sent.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
		sendSoon();
	});
	trees.onChange(({ what }) => {
		if (what === "answers") sendSoon();
	});
	stopped.addEventListener("abort", sendSoon.cancel);
}

/** What the server says and answers beyond the language server protocol; docs/protocol.md describes it. */

import { NotificationType, type Position, RequestType, RequestType0, type TextDocumentIdentifier } from "vscode-languageserver/node";
import type { Finding, Report, TraceGraph, TraceStep, Use, Verdict } from "../analysis/types.ts";
import type { IndexState } from "../workspace/session.ts";

/** How far the search for everything that can matter has come, and what was found so far. */
export interface ServerStatus {
	/** Of the tree that is furthest from being ready. */
	readonly index: IndexState;
	/** Number of uses by verdict, in the files that were judged so far; verdicts without a use are left out. */
	readonly uses: Partial<Readonly<Record<Verdict, number>>>;
}

export interface TraceParams {
	readonly textDocument: TextDocumentIdentifier;
	/** What is meant: a use by its id or by a place in it, lines and characters from 0; or a finding by its id. */
	readonly useId?: string;
	readonly position?: Position;
	readonly findingId?: string;
}

export interface TraceResult {
	/** Absent only for a finding that belongs to none. */
	readonly use?: Use;
	/** The finding that was asked for. */
	readonly finding?: Finding;
	/** The interleaving that breaks the use. */
	readonly trace?: readonly TraceStep[];
	/** One that reaches it with the owner alive. */
	readonly witness?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
	/** For each file named in the steps, the URI to open it by. */
	readonly uris: Readonly<Record<string, string>>;
}

/** What a client may say with `textDocument/hover`: that it shows pictures, and on what. */
export interface PictureParams {
	readonly picture?: "light" | "dark";
}

export interface ReportResult {
	readonly report: Report;
	/** The same for people. */
	readonly text: string;
}

export const STATUS_NOTIFICATION = new NotificationType<ServerStatus>("mm-lifetime/status");
export const STATUS_REQUEST = new RequestType0<ServerStatus, void>("mm-lifetime/status");
export const TRACE_REQUEST = new RequestType<TraceParams, TraceResult | null, void>("mm-lifetime/trace");
export const REPORT_REQUEST = new RequestType<Record<string, never>, ReportResult, void>("mm-lifetime/report");

/** Commands that the client carries out. */
export const SHOW_TRACE_COMMAND = "mmLifetime.showTrace";

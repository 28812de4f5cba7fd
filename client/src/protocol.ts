/** What the server says and answers beyond the language server protocol; docs/protocol.md describes it. */

import { type Hover, type HoverParams, NotificationType, RequestType } from "vscode-languageclient/node";
import type { PictureParams, ReportResult, ServerStatus, TraceParams, TraceResult } from "../../server/src/lsp/requests.ts";

export type { ReportResult, ServerStatus, TraceParams, TraceResult } from "../../server/src/lsp/requests.ts";

export const statusNotification = new NotificationType<ServerStatus>("mm-lifetime/status");
export const traceRequest = new RequestType<TraceParams, TraceResult | null, void>("mm-lifetime/trace");
/** The hover of the protocol, asked for with a picture. */
export const hoverRequest = new RequestType<HoverParams & PictureParams, Hover | null, void>("textDocument/hover");
export const reportRequest = new RequestType<Record<string, never>, ReportResult, void>("mm-lifetime/report");

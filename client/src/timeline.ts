/** The view of a timeline beside the code: stepping in it moves the cursor along the source. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { listTrace } from "../../server/src/report/debuggee.ts";
import { type Timeline, timelineOf } from "../../server/src/report/timeline.ts";
import { TIMELINE_STYLE } from "../../server/src/report/timeline-style.ts";
import { drawTimeline } from "../../server/src/report/timeline-svg.ts";
import { type FromView, readFromView, type ToView } from "../webview/messages.ts";
import type { TraceResult } from "./protocol.ts";
import { StepLine } from "./step-line.ts";
import { type Subject, subjectOf, writeTimelinePage } from "./timeline-page.ts";

/** What a view shows, and what its buttons lead to. */
export interface Shown {
	readonly result: TraceResult;
	readonly timeline: Timeline;
	readonly locate: (file: string) => vscode.Uri | undefined;
	readonly debug: () => unknown;
}

/** One view for a window: what is asked for later takes the place of what it shows. */
export class TimelineView implements vscode.Disposable {
	readonly #dist: vscode.Uri;
	#panel: vscode.WebviewPanel | undefined;
	#line: StepLine | undefined;
	#shown: Shown | undefined;
	#codeColumn = vscode.ViewColumn.One;

	constructor(extension: vscode.Uri) {
		this.#dist = vscode.Uri.joinPath(extension, "dist");
	}

	/** Shows a timeline beside the code. */
	open(shown: Shown): void {
		this.#shown = shown;
		const active = vscode.window.activeTextEditor?.viewColumn;
		if (active !== undefined) this.#codeColumn = active;
		const panel = this.#panel ?? this.#create();
		panel.title = `Timeline: ${subjectOf(shown.result).title}`;
		panel.webview.html = writeTimelinePage(shown.result, shown.timeline, {
			nonce: randomBytes(16).toString("base64url"),
			script: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#dist, "timeline.js")).toString(),
			source: panel.webview.cspSource,
		});
		panel.reveal(undefined, false);
		this.#line?.clear();
	}

	/** Marks a step that something else went to, where the view shows the same: the debugger. */
	show(ids: Subject["ids"], number: number): void {
		const shown = this.#shown && subjectOf(this.#shown.result).ids;
		if (shown === undefined || shown.useId !== ids.useId || shown.findingId !== ids.findingId) return;
		const message: ToView = { kind: "show", number };
		void this.#panel?.webview.postMessage(message);
	}

	dispose(): void {
		this.#panel?.dispose();
	}

	#create(): vscode.WebviewPanel {
		const panel = vscode.window.createWebviewPanel(
			"mmLifetime.timeline",
			"Timeline",
			{ viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
			{ enableScripts: true, localResourceRoots: [this.#dist], retainContextWhenHidden: true },
		);
		const line = new StepLine();
		panel.webview.onDidReceiveMessage((message: unknown) => void this.#follow(readFromView(message)));
		panel.onDidDispose(() => {
			line.dispose();
			this.#panel = undefined;
			this.#shown = undefined;
		});
		this.#panel = panel;
		this.#line = line;
		return panel;
	}

	async #follow(message: FromView | undefined): Promise<void> {
		const shown = this.#shown;
		if (message === undefined || shown === undefined) return;
		switch (message.kind) {
			case "step":
				await this.#goTo(shown, message.number);
				return;
			case "svg":
				await copy(
					"timeline copied as SVG",
					drawTimeline(shown.timeline, { title: subjectOf(shown.result).title, id: "timeline", style: TIMELINE_STYLE }),
				);
				return;
			case "text":
				await copy("timeline copied as text", writeText(shown));
				return;
			case "debug":
				await this.#showCode(shown);
				await shown.debug();
		}
	}

	/** Goes back to the code: a debugger opens files where the focus is. */
	async #showCode({ result, locate }: Shown): Promise<void> {
		const uri = locate(subjectOf(result).file);
		if (uri !== undefined) await vscode.window.showTextDocument(uri, { viewColumn: this.#codeColumn });
	}

	/** A step that happens in no function of the source leaves the cursor where it is. */
	async #goTo({ timeline, locate }: Shown, number: number): Promise<void> {
		const place = timeline.steps.find((step) => step.number === number)?.place;
		const uri = place && locate(place.file);
		if (place === undefined || uri === undefined) return;
		await this.#line?.show(uri, place.line, place.column, this.#codeColumn);
	}
}

/** The timeline of what the server said of a use; undefined where there is no interleaving to show. */
export function readTimeline({ trace, witness, graphs }: TraceResult): Timeline | undefined {
	return timelineOf({ ...(trace && { trace }), ...(witness && { witness }), ...(graphs && { graphs }) });
}

function writeText({ result, timeline }: Shown): string {
	return `${subjectOf(result).title}\n${listTrace(timeline)}`;
}

async function copy(what: string, text: string): Promise<void> {
	await vscode.env.clipboard.writeText(text);
	vscode.window.setStatusBarMessage(`mm-lifetime: ${what}`, 5000);
}

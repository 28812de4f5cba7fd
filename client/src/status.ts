/** The language status item, in the curly brackets beside the language of a C file. */

import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { statusNotification } from "./protocol.ts";
import { describeStatus, type KnownStatus, type StatusText } from "./status-text.ts";

const SEVERITIES: Readonly<Record<StatusText["severity"], vscode.LanguageStatusSeverity>> = {
	information: vscode.LanguageStatusSeverity.Information,
	warning: vscode.LanguageStatusSeverity.Warning,
	error: vscode.LanguageStatusSeverity.Error,
};

/** Shows the server's status for as long as what it returns is not disposed of. */
export function showStatus(server: LanguageClient): vscode.Disposable {
	const item = vscode.languages.createLanguageStatusItem("mmLifetime.status", [{ language: "c" }, { language: "cpp", pattern: "**/*.h" }]);
	item.name = "mm-lifetime";
	item.command = { command: "mmLifetime.showOutput", title: "Show Output" };
	const show = (status: KnownStatus): void => {
		const { text, detail, busy, severity } = describeStatus(status);
		item.text = text;
		item.detail = detail;
		item.busy = busy;
		item.severity = SEVERITIES[severity];
	};
	show("starting");
	return vscode.Disposable.from(
		item,
		server.onNotification(statusNotification, show),
		server.onDidChangeState(({ newState }) => {
			if (newState === State.Starting) show("starting");
			else if (newState === State.Running) show({ index: { state: "idle" }, uses: {} });
			else show("stopped");
		}),
	);
}

/** The command that explains a rule: its page, as Markdown. */

import * as vscode from "vscode";
import { readSummary } from "../../server/src/cli/page.ts";

/** Shows the page of a rule; asks which one when it is not said, or there is none of that name. */
export async function explainRule(context: vscode.ExtensionContext, wanted?: string): Promise<void> {
	const folder = vscode.Uri.joinPath(context.extensionUri, "dist/rules");
	const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).filter((name) => name.endsWith(".md"));
	const ids = names.map((name) => name.slice(0, -".md".length)).sort();
	const id = wanted !== undefined && ids.includes(wanted) ? wanted : await chooseRule(folder, ids);
	if (id !== undefined) await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(folder, `${id}.md`));
}

async function chooseRule(folder: vscode.Uri, ids: readonly string[]): Promise<string | undefined> {
	const items = Promise.all(
		ids.map(async (id) => {
			const page = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, `${id}.md`));
			return { label: id, detail: readSummary(new TextDecoder().decode(page)) };
		}),
	);
	const chosen = await vscode.window.showQuickPick(items, { placeHolder: "Rule to explain", matchOnDetail: true });
	return chosen?.label;
}

import { type Hover, MarkupKind } from "vscode-languageserver/node";
import { writeHover } from "../report/hover.ts";
import { ContentModified, makeHandler } from "./handler.ts";
import { fromPosition, toRange } from "./protocol.ts";
import type { Server } from "./server.ts";

/** What stands at a place does to an mm, what is held there, and why its uses are judged as they are. */
export function serveHover(server: Server): void {
	const { connection, client, documents, trees } = server;
	connection.onHover(
		makeHandler(server, async ({ position, textDocument: { uri } }, signal): Promise<Hover | null> => {
			const version = documents.get(uri)?.version;
			const judged = await trees.judge(uri, signal);
			if (documents.get(uri)?.version !== version) throw new ContentModified();
			if (judged === undefined) return null;
			const { line, column } = fromPosition(position);
			const described = judged.session.describe(judged.path, line, column);
			if (described === undefined) return null;
			const around = trees.around(judged.session);
			const markdown = writeHover(described, (file, at) => `${around.uriOf(file)}#L${at}`);
			const contents = client.markdown
				? { kind: MarkupKind.Markdown, value: markdown }
				: { kind: MarkupKind.PlainText, value: toPlainText(markdown) };
			return { contents, range: toRange(described) };
		}),
	);
}

/** Takes the marks of Markdown out, for clients that show text as it is. */
function toPlainText(markdown: string): string {
	return markdown
		.replace(/\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g, "$1")
		.replace(/^\|[-:| ]+\|\n/gm, "")
		.replace(/\*\*|`/g, "")
		.replace(/\\([\\`*_{}[\]()#+\-.!<>|~&])/g, "$1");
}

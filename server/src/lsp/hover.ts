import { type Hover, type HoverParams, MarkupKind } from "vscode-languageserver/node";
import type { UseInView } from "../analysis/types.ts";
import { type Picturing, writeHover } from "../report/hover.ts";
import { writePendingLens } from "../report/lens.ts";
import { code } from "../report/markdown.ts";
import { ContentModified, makeHandler } from "./handler.ts";
import { fromPosition, toRange, touches } from "./protocol.ts";
import { type PictureParams, SHOW_TRACE_COMMAND } from "./requests.ts";
import type { Server } from "./server.ts";

/** What stands at a place does to an mm, what is held there, and why its uses are judged as they are. */
export function serveHover(server: Server): void {
	const { connection, client, documents, trees } = server;
	connection.onHover(
		makeHandler(server, async (params: HoverParams & PictureParams, signal): Promise<Hover | null> => {
			const { position, textDocument } = params;
			const { uri } = textDocument;
			const version = documents.get(uri)?.version;
			const judged = await trees.judge(uri, signal);
			if (documents.get(uri)?.version !== version) throw new ContentModified();
			if (judged === undefined) return null;
			const { line, column } = fromPosition(position);
			const described = judged.session.describe(judged.path, line, column);
			const pending = judged.judgement.pending.find((use) => touches(toRange(use), { start: position, end: position }));
			const place = pending ?? described;
			if (place === undefined) return null;
			const around = trees.around(judged.session);
			const markdown = [
				...(pending ? [writePending(pending)] : []),
				...(described ? [writeHover(described, (file, at) => `${around.uriOf(file)}#L${at}`, pictureFor(params.picture, uri))] : []),
			].join("\n\n");
			const contents = client.markdown
				? { kind: MarkupKind.Markdown, value: markdown }
				: { kind: MarkupKind.PlainText, value: toPlainText(markdown) };
			return { contents, range: toRange(place) };
		}),
	);
}

/** How a client that asks for pictures is shown them; it carries out the command behind the link. */
function pictureFor(theme: unknown, uri: string): Picturing | undefined {
	if (theme !== "light" && theme !== "dark") return undefined;
	return { theme, openUrl: (useId) => `command:${SHOW_TRACE_COMMAND}?${encodeURIComponent(JSON.stringify([uri, useId]))}` };
}

/** Says of a use that its verdict is not final. */
function writePending({ mm }: UseInView): string {
	return `**${writePendingLens()}** — ${code(mm)}`;
}

/** Takes the marks of Markdown out, for clients that show text as it is. */
function toPlainText(markdown: string): string {
	return markdown
		.replace(/\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g, "$1")
		.replace(/^\|[-:| ]+\|\n/gm, "")
		.replace(/\*\*|`/g, "")
		.replace(/\\([\\`*_{}[\]()#+\-.!<>|~&])/g, "$1");
}

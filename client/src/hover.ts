/** Hovers with a picture of the interleaving, in the colours of the theme. */

import * as vscode from "vscode";
import type { HoverMiddleware, LanguageClient } from "vscode-languageclient/node";
import { hoverRequest } from "./protocol.ts";

const LIGHT: ReadonlySet<vscode.ColorThemeKind> = new Set([vscode.ColorThemeKind.Light, vscode.ColorThemeKind.HighContrastLight]);

/** Asks for hovers with pictures. `serverOf`: the client that this becomes a part of, once it is made. */
export function pictureHovers(serverOf: () => LanguageClient): HoverMiddleware {
	return {
		provideHover: async (document, position, token) => {
			const server = serverOf();
			const at = server.code2ProtocolConverter.asTextDocumentPositionParams(document, position);
			const picture = LIGHT.has(vscode.window.activeColorTheme.kind) ? "light" : "dark";
			try {
				return server.protocol2CodeConverter.asHover(await server.sendRequest(hoverRequest, { ...at, picture }, token));
			} catch (error) {
				return server.handleFailedRequest(hoverRequest, token, error, null);
			}
		},
	};
}

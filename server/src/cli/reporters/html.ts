import { createHash } from "node:crypto";
import { type LinkTarget, writePage } from "../../report/html-page.ts";
import { encodePath } from "../../report/url.ts";
import type { Printed } from "../formats.ts";

/** Writes a report as one page that needs nothing else. */
export function writeHtml({ report, uses, base }: Printed): string {
	return writePage(report, uses, { targets: [...listLocal(base), ...listPublic(report.kernel)], hash });
}

/** An absolute path begins with `/` in a URL, on Windows too. */
function listLocal(base: string | undefined): readonly LinkTarget[] {
	if (base === undefined) return [{ title: "files beside this page", template: "{file}#L{line}" }];
	const folder = encodePath(base.replaceAll("\\", "/").replace(/^\/*/, "/"));
	return [
		{ title: "VS Code", template: `vscode://file${folder}/{file}:{line}` },
		{ title: "the browser", template: `file://${folder}/{file}#L{line}` },
	];
}

/** Releases of the mainline kernel can be read on the web; trees of several kernels cannot. */
function listPublic(kernel: string): readonly LinkTarget[] {
	if (!/^\d+\.\d+(\.\d+)?(-rc\d+)?$/.test(kernel)) return [];
	return [{ title: "the web (elixir.bootlin.com)", template: `https://elixir.bootlin.com/linux/v${kernel}/source/{file}#L{line}` }];
}

function hash(text: string): string {
	return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

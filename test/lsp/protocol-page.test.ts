import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readAbilities } from "../../server/src/lsp/abilities.ts";
import { describeCapabilities } from "../../server/src/lsp/capabilities.ts";
import { FIX_ALL } from "../../server/src/lsp/code-actions.ts";
import { REPORT_REQUEST, SHOW_TRACE_COMMAND, STATUS_NOTIFICATION, STATUS_REQUEST, TRACE_REQUEST } from "../../server/src/lsp/requests.ts";
import { DEFAULT_SETTINGS, readSettings, SETTING_KEYS } from "../../server/src/lsp/settings.ts";
import { MODERN, PLAIN } from "./editor.ts";

const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
const manifest: { contributes: { commands: { command: string }[]; configuration: { properties: Record<string, { default: unknown }> } } } =
	JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** First cells of the rows of the table under a heading, without what stands behind the name. */
function listRows(heading: string): readonly string[] {
	const section = page.slice(page.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
	return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] ?? "");
}

describe("docs/protocol.md", () => {
	it("lists the settings that the server reads and the extension offers", () => {
		const keys = SETTING_KEYS.map((key) => `mmLifetime.${key}`);
		expect(listRows("Settings").toSorted()).toEqual(keys.toSorted());
		expect(Object.keys(manifest.contributes.configuration.properties).toSorted()).toEqual(keys.toSorted());
	});

	it("lists the commands that the extension offers and the server names", () => {
		const commands = manifest.contributes.commands.map(({ command }) => command);
		expect(listRows("Commands").toSorted()).toEqual(commands.toSorted());
		expect(commands).toContain(SHOW_TRACE_COMMAND);
	});

	it("lists the requests", () => {
		const methods = [STATUS_NOTIFICATION, STATUS_REQUEST, TRACE_REQUEST, REPORT_REQUEST].map(({ method }) => method);
		expect(listRows("Requests and notifications of its own").toSorted()).toEqual(methods.toSorted());
	});

	it("says what is told to clients, and which of them may ask for diagnostics", () => {
		const modern = describeCapabilities(readAbilities(MODERN, undefined), "1").capabilities;
		const plain = describeCapabilities(readAbilities(PLAIN, undefined), "1").capabilities;
		expect(modern.diagnosticProvider).toMatchObject({ interFileDependencies: true, workspaceDiagnostics: true });
		expect(plain).toEqual({ ...modern, diagnosticProvider: undefined });
		const rows = listRows("What it serves");
		const methods = {
			hoverProvider: "hover",
			codeActionProvider: "codeAction",
			codeLensProvider: "codeLens",
			inlayHintProvider: "inlayHint",
		};
		for (const [provider, method] of Object.entries(methods)) {
			expect(Object.keys(modern)).toContain(provider);
			expect(rows).toContain(`textDocument/${method}`);
		}
		expect(page).toContain(`\`${FIX_ALL}\``);
	});
});

describe("settings", () => {
	it("have the defaults that the extension states, and take them as such", () => {
		const stated: Record<string, unknown> = {};
		for (const [key, { default: value }] of Object.entries(manifest.contributes.configuration.properties)) {
			const [first = "", second] = key.split(".").slice(1);
			stated[first] = second === undefined ? value : { [second]: value };
		}
		const empty = { functions: {}, severity: {}, exclude: [] };
		expect(readSettings(stated)).toEqual({ settings: { ...DEFAULT_SETTINGS, tree: empty }, problems: [] });
		for (const nothing of [undefined, null, {}]) expect(readSettings(nothing)).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
	});

	it.each([
		["x", "mmLifetime must be an object"],
		[{ enable: 1 }, "mmLifetime.enable must be true or false"],
		[{ inlayHints: true }, "mmLifetime.inlayHints must be an object"],
		[{ inlayHints: { enable: "on" } }, "mmLifetime.inlayHints.enable must be true or false"],
		[{ root: 7 }, "mmLifetime.root must be the path of a folder"],
		[{ kernelVersion: 6.1 }, 'mmLifetime.kernelVersion must be a version such as "6.1.192"'],
		[{ severity: { x: "loud" } }, "mmLifetime.severity.x must be one of error, warning, information, off"],
		[{ severity: [] }, "mmLifetime.severity must be an object"],
		[{ functions: { mine: "no_such" } }, 'mmLifetime.functions.mine: "no_such" is not a known function'],
		[{ functions: { "a.b": 5 } }, "mmLifetime.functions.a.b must be the name of a known function"],
		[{ exclude: "x" }, "mmLifetime.exclude must be a list of globs"],
	])("%j: %s", (value, problem) => {
		expect(readSettings(value)).toMatchObject({ problems: [problem] });
	});

	it("count where others are wrong", () => {
		const { settings, problems } = readSettings({
			exclude: ["*.h", 5, "drivers/**"],
			severity: { "use-unknown": "off", "use-claimed": 1, nope: "off" },
			kernelVersion: "6.1",
		});
		expect(problems).toHaveLength(3);
		expect(settings.tree).toEqual({ exclude: ["*.h", "drivers/**"], severity: { "use-unknown": "off" }, kernel: "6.1" });
	});
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SETTING_KEYS } from "../../server/src/lsp/settings.ts";
import { RULE_IDS } from "../../server/src/rules/index.ts";

const TOP = fileURLToPath(new URL("../..", import.meta.url));

interface Setting {
	readonly type: string;
	readonly default: unknown;
	readonly scope: string;
	readonly enum?: readonly string[];
	readonly properties?: Readonly<Record<string, { readonly enum: readonly string[]; readonly markdownDescription: string }>>;
	readonly description?: string;
	readonly markdownDescription?: string;
}

interface Step {
	readonly description: string;
	readonly media: { readonly markdown?: string; readonly svg?: string };
	readonly completionEvents: readonly string[];
}

interface Manifest {
	readonly main: string;
	readonly icon: string;
	readonly files: readonly string[];
	readonly scripts: Readonly<Record<string, string>>;
	readonly engines: { readonly vscode: string };
	readonly devDependencies: Readonly<Record<string, string>>;
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
		readonly menus: { readonly commandPalette: readonly { readonly command: string }[] };
		readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
		readonly jsonValidation: readonly { readonly url: string }[];
		readonly grammars: readonly { readonly scopeName: string; readonly path: string }[];
		readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
	};
}

const manifest = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")) as Manifest;
const { contributes } = manifest;
const settings = contributes.configuration.properties;
const commands = contributes.commands.map(({ command }) => command).sort();
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

const client = readdirSync(join(TOP, "client/src"))
	.map((name) => readFileSync(join(TOP, "client/src", name), "utf8"))
	.join("\n");

describe("the commands", () => {
	it("are those that the client registers", () => {
		const table = /const COMMANDS.*? = \{\n(.*?)\n\};/s.exec(client)?.[1] ?? "";
		const registered = [...table.matchAll(/^\t"(mmLifetime\.\w+)":/gm)].map((match) => match[1]);
		expect(registered.sort()).toEqual(commands);
	});

	it("are all that the client, the menus and the walkthrough name", () => {
		const named = [
			...[...client.matchAll(/command: "(mmLifetime\.\w+)"/g)].map((match) => match[1]),
			...contributes.menus.commandPalette.map(({ command }) => command),
			...steps.flatMap((step) => [...`${step.description} ${step.completionEvents.join(" ")}`.matchAll(/\bmmLifetime\.\w+/g)].map(String)),
		];
		expect(named.length).toBeGreaterThan(5);
		expect(named.filter((command) => !commands.includes(command ?? ""))).toEqual([]);
	});

	it("stand in one category", () => {
		expect([...new Set(contributes.commands.map(({ category }) => category))]).toEqual(["mm-lifetime"]);
	});
});

describe("the settings", () => {
	it("are those that the server reads", () => {
		expect(Object.keys(settings).sort()).toEqual(SETTING_KEYS.map((key) => `mmLifetime.${key}`).sort());
	});

	it("count for each folder, but for what is said about the server itself", () => {
		const others = Object.keys(settings).filter((key) => settings[key]?.scope !== "resource");
		expect(others).toEqual(["mmLifetime.trace.server"]);
		expect(settings["mmLifetime.trace.server"]?.scope).toBe("window");
	});

	it("have a description, and a default of their type", () => {
		for (const [key, setting] of Object.entries(settings)) {
			expect(setting.description ?? setting.markdownDescription, key).toMatch(/\.$/);
			expect(Array.isArray(setting.default) ? "array" : typeof setting.default, key).toBe(setting.type);
		}
	});

	it("name each rule once, with what its page says of it", () => {
		const rules = settings["mmLifetime.severity"]?.properties ?? {};
		expect(Object.keys(rules).sort()).toEqual([...RULE_IDS].sort());
		for (const [id, rule] of Object.entries(rules)) {
			expect(rule.enum).toEqual(["error", "warning", "information", "off"]);
			const page = readFileSync(join(TOP, `docs/rules/${id}.md`), "utf8").replace(/\s+/g, " ");
			const [, sentence = "-", severity] = /^(.*) Unless set: (\w+)\.$/.exec(rule.markdownDescription) ?? [];
			expect(page.toLowerCase()).toContain(`**${severity}.** ${sentence.toLowerCase()}`);
		}
	});

	it.runIf(existsSync(join(TOP, "docs/protocol.md")))("are described in docs/protocol.md, as the commands are", () => {
		const page = readFileSync(join(TOP, "docs/protocol.md"), "utf8");
		const keys = [...SETTING_KEYS, ...commands];
		expect(keys.filter((key) => !page.includes(`\`${key}\``) && !page.includes(`\`mmLifetime.${key}\``))).toEqual([]);
	});
});

describe("the manifest", () => {
	it("names files that are there, and that are shipped", () => {
		const named = [
			manifest.icon,
			...contributes.grammars.map(({ path }) => path),
			...contributes.jsonValidation.map(({ url }) => url),
			...steps.map(({ media }) => media.markdown ?? media.svg ?? ""),
		].map((path) => path.replace(/^\.\//, ""));
		expect(named.filter((path) => !existsSync(join(TOP, path)))).toEqual([]);
		expect(named.filter((path) => !manifest.files.some((file) => path === file || path.startsWith(`${file}/`)))).toEqual([]);
	});

	it("asks for the editor whose types the client is compiled with", () => {
		expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"]}`);
	});

	it("names the bundle that the build makes", () => {
		const output = manifest.main.replace("./dist/", "");
		expect(output).toMatch(/\.cjs$/);
		expect(readFileSync(join(TOP, "esbuild.mjs"), "utf8")).toContain(`/${output}`);
	});
});

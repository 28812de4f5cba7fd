import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../cli/program.ts";
import { EXAMPLES } from "../../examples/roots.ts";
import { makeFolder } from "../example.ts";
import { findCommand, hasParts } from "../parts.ts";
import { BROWSER_ARGS } from "./editor.ts";
import { installLab } from "./lab.ts";
import type { Browser, Page } from "./playwright.ts";
import { PICTURES } from "./vsix.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ROOTS = ["kvmgt/4.18", "f_fs/6.1", "f_fs/6.1-fixed", "amdgpu/4.18-waits"];

interface Violation {
	readonly id: string;
	readonly impact: string;
	readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!hasParts("real VS Code"))("the page of a report in a browser", () => {
	let place: ReturnType<typeof makeFolder>;
	let browser: Browser;
	let url: string;
	/** Uses on the page, and findings that belong to none. */
	let total: number;

	beforeAll(async () => {
		place = makeFolder();
		mkdirSync(PICTURES, { recursive: true });
		const file = join(place.folder, "report.html");
		const paths = ROOTS.map((root) => join(EXAMPLES, root));
		const run = runProgram(["check", "--format", "html", "--output", file, ...paths]);
		expect(run.error).toBe("");
		expect(statSync(file).size).toBeLessThan(1024 * 1024);
		url = pathToFileURL(file).href;
		total = (readFileSync(file, "utf8").match(/<details class="use"/g) ?? []).length;
		expect(total).toBeGreaterThan(6);
		const executablePath = findCommand("chromium") ?? "chromium";
		browser = await installLab().chromium.launch({ executablePath, headless: true, args: BROWSER_ARGS, env: process.env });
	});

	afterAll(async () => {
		await browser?.close();
		place?.remove();
	});

	/** Opens the page; `heard` is what it complained about and asked for. */
	async function open(colorScheme: "light" | "dark", bypassCSP = false): Promise<{ readonly page: Page; readonly heard: string[] }> {
		const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, colorScheme, bypassCSP });
		page.setDefaultTimeout(10_000);
		const heard: string[] = [];
		page.on("pageerror", (error) => heard.push(error.message));
		page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
		page.on("request", (request) => {
			if (request.url() !== url) heard.push(request.url());
		});
		await page.goto(url);
		return { page, heard };
	}

	it.each(["light", "dark"] as const)("is free of errors and asks for nothing, %s", async (scheme) => {
		const { page, heard } = await open(scheme);
		await page.locator("#shown", { hasText: `${total} of ${total} shown` }).waitFor();
		await page.screenshot({ path: join(PICTURES, `report-${scheme}.png`), fullPage: true });
		expect(heard).toEqual([]);
	});

	it.each(["light", "dark"] as const)("has nothing that axe finds wrong, %s", async (scheme) => {
		const { page } = await open(scheme, true);
		await page.locator("#open").click();
		await page.addScriptTag({ path: AXE });
		const { violations } = await page.evaluate<{ violations: readonly Violation[] }>("axe.run(document, { resultTypes: ['violations'] })");
		expect(violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
	});

	it("is used by keyboard: search, filter, open and close", async () => {
		const { page } = await open("light");
		const shown = page.locator("details.use").filter({ visible: true });
		expect(await shown.count()).toBe(total);
		await page.keyboard.press("/");
		await page.keyboard.type("ffs 6.1-fixed");
		await page.locator("#shown", { hasText: `1 of ${total} shown` }).waitFor();
		expect(await shown.count()).toBe(1);
		await page.keyboard.press("Control+A");
		await page.keyboard.press("Delete");
		await page.locator("input[value=uncommented]").focus();
		await page.keyboard.press("Space");
		await page.locator("#shown", { hasText: `${total - 4} of ${total} shown` }).waitFor();
		const held = page.locator("details[data-verdict=held]").first();
		await held.locator("summary").first().focus();
		expect(await held.getAttribute("open")).toBeNull();
		await page.keyboard.press("Enter");
		expect(await held.getAttribute("open")).toBe("");
	});

	it("leads links to lines where the reader chooses", async () => {
		const { page } = await open("light");
		const link = page.locator("a[data-file]").first();
		expect(await link.getAttribute("href")).toMatch(/^vscode:\/\/file\/.*:\d+$/);
		await page.locator("#links").focus();
		await page.keyboard.press("ArrowDown");
		expect(await link.getAttribute("href")).toMatch(/^file:\/\/\/.*#L\d+$/);
	});
});

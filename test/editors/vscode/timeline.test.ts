import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { copyExample, makeFolder } from "../example.ts";
import { EXPOSED } from "../fixes.ts";
import { findCommand, hasParts } from "../parts.ts";
import { type Editor, startEditor } from "./editor.ts";
import { installLab } from "./lab.ts";
import type { Frame, Page } from "./playwright.ts";
import { findExtension, PICTURES } from "./vsix.ts";
import { choose, dismiss, hoverAt, lenses, openFile, openFixes, openFolder, runCommand, takeFix, waitFor } from "./workbench.ts";

const WINDOW = { width: 1500, height: 860 };
const SHOW = "mm-lifetime: Show Timeline of the Use at the Cursor";

/** The steps of the example that stand at a line of the source: number in the trace, file, line. */
const CAPTURE = { number: 2, file: "kvm_main.c", line: 53 };

describe.skipIf(!hasParts("real VS Code"))("the timeline in VS Code", () => {
	let place: ReturnType<typeof makeFolder>;
	let editor: Editor;
	let page: Page;

	beforeAll(async () => {
		place = makeFolder();
		mkdirSync(PICTURES, { recursive: true });
		const workspace = join(place.folder, "linux trees");
		copyExample(EXPOSED.example, workspace);
		editor = await startEditor(installLab(), findExtension(), join(place.folder, "editor"), findCommand("chromium") ?? "chromium");
		page = await editor.browser.newPage({ viewport: WINDOW, permissions: ["clipboard-read", "clipboard-write"] });
		page.setDefaultTimeout(15_000);
		await openFolder(page, editor.address, workspace);
		await runCommand(page, "View: Toggle Primary Side Bar Visibility");
	});

	afterAll(async () => {
		await editor?.stop();
		place?.remove();
	});

	it("opens beside the code, steps by arrow keys and moves the cursor along", async () => {
		watch("timeline");
		await openUse();
		await runCommand(page, SHOW);
		const view = timeline();
		const slider = view.locator("#timeline");
		await slider.waitFor();
		expect(await view.locator("g.row.bad").count()).toBeGreaterThan(0);
		await slider.focus();
		await slider.press("Home");
		for (let step = 1; step < CAPTURE.number; step++) await slider.press("ArrowDown");
		expect(await slider.getAttribute("aria-valuenow")).toBe(String(CAPTURE.number));
		await seeCursor(CAPTURE.line);
		expect(await slider.getAttribute("aria-valuetext")).toMatch(/mmgrab.*count 2/);
		expect(await page.locator(".tab.active", { hasText: CAPTURE.file }).count()).toBe(1);
		await slider.press("End");
		await seeCursor(EXPOSED.line);
		expect(await slider.getAttribute("aria-valuetext")).toMatch(/use_mm\(kvm->mm\).*unmapping/);
		await slider.press("ArrowUp");
		await slider.press("ArrowDown");
		await seeCursor(EXPOSED.line);
	});

	it("is readable in a dark and in a high-contrast theme", async () => {
		watch("timeline-dark");
		for (const [theme, kind, name] of [
			["Dark Modern", "vscode-dark", "dark"],
			["Dark High Contrast", "vscode-high-contrast", "contrast"],
			["Light Modern", "vscode-light", "light"],
		] as const) {
			await page.keyboard.press("Control+K");
			await page.keyboard.press("Control+T");
			await choose(page, theme, theme);
			await timeline().locator(`body.${kind}`).waitFor();
			await picture(`timeline-${name}`);
		}
	});

	it("is copied as a drawing that stands alone, and as text", async () => {
		watch("timeline-copied");
		const copied = (): Promise<string> => page.evaluate<string>("navigator.clipboard.readText()");
		await timeline().locator("#svg").click();
		const svg = await waitFor(page, copied, (text) => text.startsWith("<svg "));
		expect(svg).toContain("prefers-color-scheme: dark");
		await timeline().locator("#text").click();
		const text = await waitFor(page, copied, (found) => !found.startsWith("<svg "));
		expect(text).toMatch(/^kvm->mm in kvmgt_rw_gpa: exposed\n/);
		expect(text).toMatch(/12 +kvmgt_rw_gpa\(\) .*use_mm\(kvm->mm\).*page tables unmapping\n$/);
	});

	it("opens from the code lens, from the finding and from the hover", async () => {
		watch("timeline-opened");
		await closeAll();
		await openUse();
		await page.locator(".monaco-editor .codelens-decoration a").first().click();
		await timeline().locator("#timeline").waitFor();
		await closeAll();
		await openUse();
		const titles = await openFixes(page, EXPOSED.line, EXPOSED.column);
		expect(titles.join("\n")).toContain("Show timeline");
		await takeFix(page, "Show timeline");
		await timeline().locator("#timeline").waitFor();
		await closeAll();
		await openUse();
		const hover = await hoverAt(page, EXPOSED.line, EXPOSED.column, [/Show timeline/]);
		await hover.locator("a", { hasText: "Show timeline" }).first().click();
		await timeline().locator("#timeline").waitFor();
	});

	it("is a program that the debugger steps through, forwards and back", async () => {
		watch("debugger");
		await closeAll();
		await openUse();
		await runCommand(page, SHOW);
		await timeline().locator("#debug").click();
		await page.locator(".debug-toolbar").waitFor();
		await runCommand(page, "View: Show Run and Debug");
		const variables = page.locator(".debug-variables .monaco-list-row");
		const seen = (): Promise<readonly string[]> => variables.allInnerTexts();
		const threads = (): Promise<readonly string[]> => page.locator(".debug-call-stack .monaco-list-row").allInnerTexts();
		await waitFor(page, seen, (rows) => rows.length > 1);
		if ((await variables.count()) === 2) await variables.first().click();
		await waitFor(page, seen, (rows) => rows.some((row) => /mm_count\s*=?\s*1/.test(row)));
		await runCommand(page, "Debug: Step Over");
		await seeCursor(CAPTURE.line);
		await waitFor(page, seen, (rows) => rows.some((row) => /mm_count\s*=?\s*2/.test(row)));
		expect((await threads()).join("\n")).toMatch(/owner[\s\S]*kernel thread[\s\S]*teardown/);
		await picture("debugger");
		await runCommand(page, "Debug: Continue");
		await waitFor(page, seen, (rows) => rows.some((row) => /page_tables\s*=?\s*going/.test(row)));
		await runCommand(page, "Debug: Continue");
		await seeCursor(EXPOSED.line);
		await waitFor(page, seen, (rows) => rows.some((row) => /used_by\s*=?\s*1 thread/.test(row)));
		await picture("debugger-broken");
		expect(await timeline().locator("#timeline").getAttribute("aria-valuenow")).toBe("12");
		await page.locator(".debug-toolbar .codicon-debug-step-back").first().click();
		await waitFor(
			page,
			() => timeline().locator("#timeline").getAttribute("aria-valuenow"),
			(value) => value === "11",
		);
		await page.locator(".debug-toolbar .codicon-debug-stop").first().click();
		await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
	});

	async function openUse(): Promise<void> {
		await openFile(page, `${EXPOSED.example}/${EXPOSED.file}`, EXPOSED.line, EXPOSED.column);
		await waitFor(
			page,
			() => lenses(page),
			(all) => all.some((lens) => lens.includes("exposed")),
		);
	}

	async function closeAll(): Promise<void> {
		await dismiss(page);
		await runCommand(page, "View: Close All Editors");
	}

	function timeline(): Frame {
		return page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
	}

	async function seeCursor(line: number): Promise<void> {
		await waitFor(
			page,
			() => page.locator(".monaco-editor .line-numbers.active-line-number").allInnerTexts(),
			(lines) => lines.includes(String(line)),
		);
	}

	async function picture(name: string): Promise<void> {
		await page.screenshot({ path: join(PICTURES, `${name}.png`) });
	}

	/** When the test fails, keeps a picture of what was there then. */
	function watch(name: string): void {
		onTestFailed(() => picture(`failed-${name}`));
	}
});

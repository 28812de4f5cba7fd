/** What a person does in the editor and sees there, by keyboard and by what the workbench shows. */

import type { Clip, Locator, Page } from "./playwright.ts";

const INPUT = '.quick-input-widget:not([style*="display: none"]) input';
const ROWS = ".quick-input-list .monaco-list-row";

export interface Squiggle {
	readonly severity: "error" | "warning" | "info" | "hint";
	readonly line: number;
	/** The text above it. */
	readonly text: string;
}

/** Opens a folder, and waits until its files are listed. */
export async function openFolder(page: Page, address: string, folder: string): Promise<void> {
	await page.goto(`${address}?folder=${encodeURIComponent(folder)}`);
	await page.locator(".monaco-workbench .explorer-viewlet .monaco-list-row").first().waitFor({ timeout: 60_000 });
}

/** Opens a file by its path in the folder, with the cursor at a place. */
export async function openFile(page: Page, path: string, line: number, column = 1): Promise<void> {
	await dismiss(page);
	await page.keyboard.press("Control+P");
	await choose(page, path, path.slice(0, path.lastIndexOf("/")));
	await waitFor(
		page,
		() => page.evaluate<string>("document.title"),
		(title) => title === path,
	);
	await page.locator(".monaco-editor .view-line").first().waitFor();
	await goTo(page, line, column);
}

/** Runs a command of the palette by its whole title. */
export async function runCommand(page: Page, title: string): Promise<void> {
	await page.keyboard.press("F1");
	await choose(page, `>${title}`, title);
}

/** Types into the quick input that is open, and takes the entry that comes first, once its label holds `label`. */
export async function choose(page: Page, typed: string, label: string): Promise<void> {
	await page.locator(INPUT).first().waitFor();
	await page.keyboard.press("Control+A");
	await page.keyboard.insertText(typed);
	await page
		.locator(`${ROWS}.focused[aria-label*=${JSON.stringify(label)}]`)
		.first()
		.waitFor();
	await page.keyboard.press("Enter");
}

/** Closes menus and inputs that another test left open. */
export async function dismiss(page: Page): Promise<void> {
	const open = page.locator(`${INPUT}, .action-widget .monaco-list-row`).filter({ visible: true });
	await waitFor(
		page,
		async () => {
			const left = await open.count();
			if (left > 0) await page.keyboard.press("Escape");
			return left;
		},
		(left) => left === 0,
	);
}

/** The entries of the quick input that is open. */
export function quickEntries(page: Page): Promise<readonly string[]> {
	return labels(page.locator(ROWS));
}

/** Puts the cursor to a place; line and column from 1. Columns are walked: what the editor calls a column counts a tab as four. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
	await page.keyboard.press("Control+G");
	await choose(page, `:${line}:1`, `line ${line}`);
	await page.locator(INPUT).first().waitFor({ state: "hidden" });
	for (let at = 1; at < column; at++) await page.keyboard.press("ArrowRight");
}

/** Puts text in place of a whole line and leaves the file unsaved. */
export async function replaceLine(page: Page, line: number, text: string): Promise<void> {
	await goTo(page, line, 1);
	await page.keyboard.press("Shift+End");
	await page.keyboard.insertText(text);
}

/**
 * Saves all files, of which one or more have changes, and waits until the editor says that they are saved. A file that was edited in the
 * background gets its tab a moment later, and only what has a tab is saved.
 */
export async function saveAll(page: Page): Promise<void> {
	const dirty = (): Promise<number> => page.locator(".tab.dirty").count();
	await waitFor(page, dirty, (count) => count > 0);
	await runCommand(page, "File: Save All Files");
	await waitFor(page, dirty, (count) => count === 0);
}

/** The squiggles in view: where they are drawn, not where the server said. */
export function squiggles(page: Page): Promise<readonly Squiggle[]> {
	return page.evaluate<readonly Squiggle[]>(`(() => {
		const found = [];
		const numbers = [...document.querySelectorAll(".monaco-editor .line-numbers")];
		const lines = [...document.querySelectorAll(".monaco-editor .view-line")];
		for (const mark of document.querySelectorAll(".monaco-editor .cdr[class*=squiggly]")) {
			const box = mark.getBoundingClientRect();
			const isBeside = (element) => Math.abs(element.getBoundingClientRect().top - box.top) < 4;
			const line = lines.find(isBeside);
			const span = line?.firstElementChild;
			const number = numbers.find(isBeside);
			if (!span || !number || box.width === 0) continue;
			const whole = span.getBoundingClientRect();
			const width = whole.width / span.textContent.length;
			const first = Math.round((box.left - whole.left) / width);
			const text = span.textContent.slice(first, first + Math.round(box.width / width)).replace(/\\u00a0/g, " ");
			found.push({ severity: /squiggly-(\\w+)/.exec(mark.className)[1], line: Number(number.textContent), text });
		}
		return found;
	})()`);
}

/** Waits until what is seen is as wanted. @throws Error with what was seen last, after 20 seconds */
export async function waitFor<T>(page: Page, look: () => Promise<T>, isWanted: (seen: T) => boolean): Promise<T> {
	for (let round = 0; ; round++) {
		const seen = await look();
		if (isWanted(seen)) return seen;
		if (round === 200) throw new Error(`not seen; instead: ${JSON.stringify(seen)}`);
		await page.waitForTimeout(100);
	}
}

/** What the Problems panel lists, one text a row. */
export function problems(page: Page): Promise<readonly string[]> {
	return labels(page.locator(".markers-panel .monaco-list-row"));
}

/** The hover at a place, asked for by keyboard, when all of these are in it. */
export async function hoverAt(page: Page, line: number, column: number, all: readonly RegExp[]): Promise<Locator> {
	await goTo(page, line, column);
	await page.keyboard.press("Control+K");
	await page.keyboard.press("Control+I");
	const hover = page.locator(".monaco-hover:not(.hidden)").filter({ visible: true }).first();
	await hover.waitFor();
	await waitFor(
		page,
		() => hover.innerText(),
		(text) => all.every((wanted) => wanted.test(text)),
	);
	return hover;
}

/** The light bulb; it comes when the cursor arrives at a place. */
export async function lightBulbAt(page: Page, line: number, column: number): Promise<Locator> {
	await goTo(page, 1, 1);
	await page.waitForTimeout(200);
	await goTo(page, line, column);
	const bulb = page.locator('.monaco-editor .lightBulbWidget, .monaco-editor [class*="gutter-lightbulb"]').first();
	await bulb.waitFor();
	return bulb;
}

/** Opens the menu of quick-fixes at a place. Out: its entries. */
export async function openFixes(page: Page, line: number, column: number): Promise<readonly string[]> {
	await goTo(page, line, column);
	await page.keyboard.press("Control+.");
	const rows = page.locator(".action-widget .monaco-list-row.action");
	await rows.first().waitFor();
	return rows.allInnerTexts();
}

/** Walks down the open menu to an entry and takes it, all by keyboard. */
export async function takeFix(page: Page, title: string): Promise<void> {
	const focused = page.locator(".action-widget .monaco-list-row.action.focused");
	await focused.first().waitFor();
	for (let step = 0; !(await focused.first().innerText()).includes(title); step++) {
		if (step === 30) throw new Error(`no entry ${title}`);
		await page.keyboard.press("ArrowDown");
	}
	await page.keyboard.press("Enter");
	await page.locator(".action-widget").first().waitFor({ state: "hidden" });
}

/** The code lenses in view. */
export function lenses(page: Page): Promise<readonly string[]> {
	return page.locator(".monaco-editor .codelens-decoration").allInnerTexts();
}

/** What the status bar says about the language of the active file. */
export function languageStatus(page: Page): Promise<string | null> {
	return page.locator('[id="status.languageStatus"]').first().getAttribute("aria-label");
}

/** Opens a walkthrough by its title. Out: its steps. */
export async function openWalkthrough(page: Page, title: string): Promise<readonly string[]> {
	await runCommand(page, "Welcome: Open Walkthrough...");
	await choose(page, title, title);
	const steps = page.locator(".getting-started-step");
	await steps.first().waitFor();
	return steps.allInnerTexts();
}

/** Where to cut a picture so that all of these are on it, with some room around. */
export async function around(parts: readonly Locator[], room: number): Promise<Clip> {
	const boxes = [];
	for (const part of parts) {
		const box = await part.boundingBox();
		if (box !== null) boxes.push(box);
	}
	const x = Math.max(0, Math.min(...boxes.map((box) => box.x)) - room);
	const y = Math.max(0, Math.min(...boxes.map((box) => box.y)) - room);
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + room;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + room;
	return { x, y, width: right - x, height: bottom - y };
}

function labels(rows: Locator): Promise<readonly string[]> {
	return rows.evaluateAll((elements) => elements.map((element) => element.getAttribute("aria-label") ?? ""));
}

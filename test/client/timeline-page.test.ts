import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type PageParts, subjectOf, writeTimelinePage } from "../../client/src/timeline-page.ts";
import { readFromView } from "../../client/webview/messages.ts";
import type { Use } from "../../server/src/analysis/types.ts";
import { makeTimeline } from "../../server/src/report/timeline.ts";
import { readMarkup } from "../report/markup.ts";
import { BROKEN, GRAPHS, HOSTILE } from "../report/steps.ts";

const PARTS: PageParts = { nonce: "abc123", script: "https://editor/dist/timeline.js?a=1&b=2", source: "https://editor" };

function use(text: string): Use {
	return {
		id: "u",
		file: "x.c",
		line: 20,
		column: 1,
		endLine: 20,
		endColumn: 9,
		function: text,
		mm: text,
		verdict: "exposed",
		why: text,
		explored: { result: "violated", states: 9 },
	};
}

const page = writeTimelinePage({ use: use("x->mm"), uris: {} }, makeTimeline(BROKEN, GRAPHS, true), PARTS);

describe("the page of a timeline", () => {
	it("allows nothing but its own style and script, by a nonce", () => {
		const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'");
		expect(policy).toBe("default-src 'none'; style-src 'nonce-abc123'; script-src 'nonce-abc123' https://editor");
		expect(page.match(/<script[^>]*>/g)).toEqual(['<script nonce="abc123" src="https://editor/dist/timeline.js?a=1&amp;b=2">']);
		expect(page.match(/<style[^>]*>/g)).toEqual(['<style nonce="abc123">']);
		const { attributes, problems } = readMarkup(page);
		expect(problems).toEqual([]);
		expect([...attributes].filter((name) => /^on\w+$|^style$|^href$/.test(name))).toEqual([]);
	});

	it("is a slider over the steps to keyboards and screen readers", () => {
		expect(page).toMatch(/id="timeline" tabindex="0" role="slider"[^>]* aria-valuemin="1" aria-valuemax="7" aria-valuenow="1"/);
	});

	it("has all that its script looks for", () => {
		const script = readFileSync(new URL("../../client/webview/timeline.ts", import.meta.url), "utf8");
		const ids = [...script.matchAll(/getElementById\("(\w+)"\)/g)].map((match) => match[1]);
		expect(ids.length).toBeGreaterThan(1);
		for (const id of [...ids, "svg", "text", "debug"]) expect(page).toContain(`id="${id}"`);
	});

	it("follows the theme of the editor, dark, light and of high contrast", () => {
		for (const theme of [".vscode-dark ", ".vscode-high-contrast", "var(--vscode-editor-background)"]) expect(page).toContain(theme);
		expect(page).not.toContain("prefers-color-scheme");
	});

	it("shows hostile text as text", () => {
		const spoiled = BROKEN.map((step) => ({ ...step, step: HOSTILE, file: HOSTILE, function: HOSTILE }));
		const written = writeTimelinePage({ use: use(HOSTILE), uris: {} }, makeTimeline(spoiled, GRAPHS, true), PARTS);
		const { elements, attributes, problems } = readMarkup(written);
		expect(problems).toEqual([]);
		expect(elements.has("img")).toBe(false);
		expect(written.match(/<script/g)).toHaveLength(1);
		expect([...attributes].filter((name) => /^on\w+$/.test(name))).toEqual([]);
	});
});

describe("what a timeline is of", () => {
	it("is a use, else a finding that belongs to none", () => {
		expect(subjectOf({ use: use("mm"), uris: {} })).toEqual({ title: "mm in mm: exposed", why: "mm", file: "x.c", ids: { useId: "u" } });
		const { id: _, mm: _mm, verdict: _verdict, why: _why, explored: _explored, ...place } = use("f");
		const finding = { ...place, id: "n", fingerprint: "0", rule: "r", severity: "error", message: "m", fixes: [] } as const;
		expect(subjectOf({ finding, uris: {} })).toEqual({ title: "f: r", why: "m", file: "x.c", ids: { findingId: "n" } });
	});
});

describe("a message of the view", () => {
	it("is a step or a button", () => {
		expect(readFromView({ kind: "step", number: 3, more: 1 })).toEqual({ kind: "step", number: 3 });
		for (const kind of ["svg", "text", "debug"]) expect(readFromView({ kind })).toEqual({ kind });
	});

	it.each([null, 7, "step", {}, { kind: "step" }, { kind: "step", number: "3" }, { kind: "step", number: 1.5 }, { kind: "run" }])(
		"is not %j",
		(message) => {
			expect(readFromView(message)).toBeUndefined();
		},
	);
});

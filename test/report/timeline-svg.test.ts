import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TraceStep } from "../../server/src/analysis/types.ts";
import { makeTimeline, timelineOf } from "../../server/src/report/timeline.ts";
import { TIMELINE_STYLE } from "../../server/src/report/timeline-style.ts";
import { drawTimeline } from "../../server/src/report/timeline-svg.ts";
import { toDataUrl } from "../../server/src/report/url.ts";
import { escapeXml } from "../../server/src/report/xml.ts";
import { EXAMPLES, readExpectations } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { readMarkup } from "./markup.ts";
import { BROKEN, GRAPHS, HOSTILE, RIGHT } from "./steps.ts";

describe("the drawings of the examples", () => {
	const roots = Object.entries(readExpectations());

	it("are of every example", () => {
		expect(roots.length).toBeGreaterThan(8);
	});

	/** One use shows an example; of several that break, each is drawn. */
	it.each(roots)("of %s are as they were looked at", async (root, { kernel }) => {
		const { uses } = judgeTexts(readTexts(join(EXAMPLES, root)), kernel);
		const broken = uses.filter((use) => use.trace !== undefined);
		const drawn = (broken.length > 0 ? broken : uses.slice(0, 1)).flatMap((use, index) => {
			const timeline = timelineOf(use);
			const title = `${use.mm} in ${use.function}: ${use.verdict}`;
			return timeline === undefined ? [] : [drawTimeline(timeline, { title, id: `t${index}`, style: TIMELINE_STYLE })];
		});
		expect(drawn).not.toEqual([]);
		for (const [index, svg] of drawn.entries()) {
			expect(readMarkup(svg).problems).toEqual([]);
			await expect(svg).toMatchFileSnapshot(`timelines/${root.replace("/", "-")}-${index + 1}.svg`);
		}
	});
});

describe("a drawing", () => {
	const draw = (trace: readonly TraceStep[], isBroken: boolean, title = "x"): string =>
		drawTimeline(makeTimeline(trace, GRAPHS, isBroken), { title, id: "t" });

	it("has a row for each step, with its number, its place and all of it for those who cannot see it", () => {
		const svg = draw(BROKEN, true);
		for (const { number } of makeTimeline(BROKEN, GRAPHS, true).steps) expect(svg).toContain(`data-step="${number}"`);
		expect(svg).toContain("x.c:10");
		expect(svg).toContain("open · drivers/x/x.c:11");
		expect(/<desc>(.*)<\/desc>/.exec(svg)?.[1]).toMatch(
			/3\. owner: the owner exits, then users 0, count 2, page tables live \(exit_aio\)\./,
		);
	});

	it("is hatched where a use has no page tables, and only there", () => {
		expect(draw(BROKEN, true)).toMatch(/<rect class="use without"[^>]* fill="url\(#t-bad\)"\/>/);
		expect(draw(RIGHT, false)).not.toContain("without");
		expect(draw(RIGHT, false)).toContain('<rect class="use"');
	});

	it("writes a counter where it changes, not elsewhere", () => {
		const numbers = [...draw(BROKEN, true).matchAll(/class="code value"[^>]*>(\d+)</g)].map((match) => match[1]);
		expect(numbers.toSorted()).toEqual(["0", "1", "1", "2", "3"]);
	});

	it("brings no script, no link, nothing from elsewhere, and colours by class alone", () => {
		const { elements, attributes } = readMarkup(draw(BROKEN, true));
		expect([...elements].sort()).toEqual(
			["circle", "defs", "desc", "g", "path", "pattern", "rect", "svg", "text", "title", "tspan"].filter((name) => elements.has(name)),
		);
		expect([...attributes].filter((name) => /^on|href|style|src/.test(name))).toEqual([]);
		expect(draw(BROKEN, true).match(/url\((?!#t-)/g)).toBeNull();
	});

	it("shows hostile text as text", () => {
		const hostile = BROKEN.map((step) => ({
			...step,
			step: HOSTILE,
			file: HOSTILE,
			function: HOSTILE,
			thread: `${step.thread}${HOSTILE}`,
		}));
		const svg = draw(hostile, true, HOSTILE);
		const { elements, attributes, problems } = readMarkup(svg);
		expect(problems).toEqual([]);
		expect(elements.has("script") || elements.has("img")).toBe(false);
		expect([...attributes].filter((name) => name.startsWith("on"))).toEqual([]);
		expect(svg).not.toMatch(/[\u202e\u2066\0]/);
		expect(svg).toContain("\\u{202e}");
	});

	it("is readable in the dark, by forced colours and in print", () => {
		expect(TIMELINE_STYLE).toContain("prefers-color-scheme: dark");
		expect(TIMELINE_STYLE).toContain("forced-colors: active");
	});

	it("becomes a URL that holds the same", () => {
		const url = toDataUrl("<svg>✗ é</svg>");
		expect(Buffer.from(url.replace("data:image/svg+xml;base64,", ""), "base64").toString()).toBe("<svg>&#10007; &#233;</svg>");
	});
});

describe("escaped text", () => {
	it("has no mark of markup, no quote and no unseen character", () => {
		expect(escapeXml(HOSTILE)).not.toMatch(/[<>"'\u202e\u2066\0]/);
		expect(escapeXml("a\n\t b & c")).toBe("a b &amp; c");
		expect(escapeXml("\ud800x\uffff")).toBe("\\u{d800}x\\u{ffff}");
	});
});

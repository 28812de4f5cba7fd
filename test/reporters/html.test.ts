import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { writeHtml } from "../../server/src/cli/reporters/html.ts";
import { escapeXml } from "../../server/src/report/xml.ts";
import { readMarkup } from "../report/markup.ts";
import { makeHostileReport, reportOf } from "./report.ts";

const exposed = reportOf("kvmgt/4.18");
const held = reportOf("f_fs/6.1-fixed");
const page = writeHtml({ report: exposed, uses: [...held.uses, ...exposed.uses], base: "/src/a linux" });

describe("a report as a page", () => {
	it("is markup that any reader takes", () => {
		expect(readMarkup(page).problems).toEqual([]);
	});

	it("lists every use, the worst first, each with its timeline and the same as a table", () => {
		const verdicts = [...page.matchAll(/<details class="use"[^>]*data-verdict="(\w+)"/g)].map((match) => match[1]);
		expect(verdicts.filter((verdict) => verdict !== "finding")).toEqual(["exposed", "held"]);
		expect(page.match(/<svg /g)?.length).toBeGreaterThan(1);
		for (const { step } of exposed.uses[0]?.trace ?? []) expect(page).toContain(`<code>${escapeXml(step)}`);
		expect(page).toContain("How it goes wrong");
		expect(page).toContain("How it goes well");
	});

	it("takes nothing from elsewhere, and lets no other script run", () => {
		const { attributes } = readMarkup(page);
		expect([...attributes].filter((name) => /^(src|srcset|action|on\w+)$/.test(name))).toEqual([]);
		const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
		expect(policy).toContain("default-src &#39;none&#39;");
		expect(policy).not.toContain("unsafe");
		for (const [tag, directive] of [
			["script", "script-src"],
			["style", "style-src"],
		]) {
			const texts = [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map((match) => match[1] ?? "");
			expect(texts).toHaveLength(1);
			const hash = createHash("sha256")
				.update(texts[0] ?? "")
				.digest("base64");
			expect(policy).toContain(`${directive} &#39;sha256-${hash}&#39;`);
		}
	});

	it("has links to lines, in an editor unless the reader chooses another place", () => {
		const { file, line } = exposed.uses[0] ?? {};
		expect(page).toContain(`href="vscode://file/src/a%20linux/${file}:${line}"`);
		expect(page).toContain('data-template="https://elixir.bootlin.com/linux/v');
		const several = writeHtml({ report: { ...exposed, kernel: "4.18, 6.1" }, uses: exposed.uses });
		expect(several).not.toContain("elixir");
		expect(several).toContain(`href="${file}#L${line}"`);
	});

	it("has ids that are there once", () => {
		const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it("shows hostile text as text", () => {
		const hostile = makeHostileReport();
		const written = writeHtml({ report: hostile, uses: hostile.uses, base: hostile.kernel });
		const { elements, attributes, problems } = readMarkup(written);
		expect(problems).toEqual([]);
		expect(elements.has("img")).toBe(false);
		expect(written.match(/<script/g)).toHaveLength(1);
		expect([...attributes].filter((name) => /^on\w+$|^srcset$/.test(name))).toEqual([]);
		expect(written).not.toMatch(/href="(?!vscode:|file:|https:)/);
		expect(written).not.toMatch(/[\u202e\u2066\0]/);
	});
});

/** The hover, in Markdown. */

import { describe, expect, it } from "vitest";
import type { Described, TraceStep, Use, Verdict } from "../../server/src/analysis/types.ts";
import { writeHover } from "../../server/src/report/hover.ts";
import { code, escapeText, linkTo, prose } from "../../server/src/report/markdown.ts";

const LIVE = { users: 1, count: 1, pageTables: "live", struct: "live" } as const;

function step(op: string, text: string, line: number, after: Partial<TraceStep["after"]> = {}, more: Partial<TraceStep> = {}): TraceStep {
	const place = { file: "drivers/x/x.c", line, column: 2, function: "work" };
	return { thread: "work()", op, mm: "A", step: text, ...place, after: { ...LIVE, ...after }, node: line, ...more };
}

const WITNESS = [
	step("mmgrab", "mmgrab(mm)", 10, { count: 2 }),
	step("branch", "if (x)", 11, { count: 2 }, { branch: false }),
	step("mmgetnz", "mmget_not_zero(mm)", 12, { users: 2, count: 2 }),
	step("use", "kthread_use_mm(mm)", 13, { users: 2, count: 3 }),
	step("unuse", "kthread_unuse_mm(mm)", 14, { users: 2, count: 2 }),
];
const TRACE = [
	step("mmgrab", "mmgrab(mm)", 10, { count: 2 }),
	step("exit", "the owner exits: its mm_users reference is put", 13, { users: 0, count: 2, pageTables: "exit_aio" }, { thread: "owner" }),
	step("use", "kthread_use_mm(mm)", 13, { users: 0, count: 3, pageTables: "unmapping" }),
];

function use(verdict: Verdict, more: Partial<Use> = {}): Use {
	return {
		id: verdict,
		file: "drivers/x/x.c",
		line: 13,
		column: 2,
		endLine: 13,
		endColumn: 20,
		function: "work",
		mm: "x->mm",
		verdict,
		why: "mmget_not_zero(mm) (drivers/x/x.c:12) in work() holds mm_users over the whole use.",
		explored: { result: "proved", states: 12 },
		witness: WITNESS,
		...more,
	};
}

const EXPOSED = use("exposed", { why: "Only mm_count is held.", trace: TRACE, explored: { result: "violated", states: 9 } });
const EFFECT = {
	callee: "kthread_use_mm",
	mm: "x->mm",
	summary: "Borrows.",
	count: "+1",
	needs: "mm_users over it",
	source: "a.c:1 of Linux 6.1",
};

function described(uses: readonly Use[], more: Partial<Described> = {}): Described {
	return { line: 13, column: 2, endLine: 13, endColumn: 16, subject: { kind: "call", effect: EFFECT }, writers: [], uses, ...more };
}

const link = (file: string, line: number): string => `file:///t/${file}#L${line}`;
const hover = (of: Described): string => writeHover(of, link);

describe("the hover on a use", () => {
	it("says the verdict, what is held and by what, why, and how it goes", () => {
		const held = {
			useId: "held",
			after: { ...LIVE, users: 2, count: 3 },
			references: [{ kind: "users" as const, step: WITNESS[2] as TraceStep }],
		};
		expect(hover(described([use("held", { assumes: ["the driver stops first"] })], { held })).split("\n")).toEqual([
			"**held: a users reference is held over the whole use** — `x->mm`",
			"",
			"Held here for `x->mm`: **mm_users** by [`mmget_not_zero(mm)`](file:///t/drivers/x/x.c#L12) in `work`; no **mm_count** → users 2, count 3, page tables live",
			"",
			"`mmget_not_zero(mm)` ([`drivers/x/x.c:12`](file:///t/drivers/x/x.c#L12)) in `work()` holds `mm_users` over the whole use.",
			"",
			"- [`mmgrab(mm)`](file:///t/drivers/x/x.c#L10) in `work` → users 1, count 2",
			"- [`mmget_not_zero(mm)`](file:///t/drivers/x/x.c#L12) in `work` → users 2, count 2",
			"- [`kthread_use_mm(mm)`](file:///t/drivers/x/x.c#L13) in `work` → users 2, count 3",
			"- [`kthread_unuse_mm(mm)`](file:///t/drivers/x/x.c#L14) in `work` → users 2, count 2",
			"",
			"---",
			"",
			"`kthread_use_mm`: Borrows. `mm_count` +1.  ",
			"Needs `mm_users` over it.  ",
			"Source: `a.c:1 of Linux 6.1`  ",
			"Proved over 12 states  ",
			"Assumes that the driver stops first",
		]);
	});

	it("shows the trace as a table when it is exposed", () => {
		const lines = hover(described([EXPOSED])).split("\n");
		expect(lines[0]).toBe("**exposed: the page tables can be gone during the use** — `x->mm`");
		expect(lines.filter((line) => line.startsWith("|"))).toEqual([
			"| # | thread | step | users | count | page tables |",
			"|--:|---|---|--:|--:|---|",
			"| 1 | `work()` | [`mmgrab(mm)`](file:///t/drivers/x/x.c#L10) | 1 | 2 | live |",
			"| 2 | `owner` | the owner exits: its `mm_users` reference is put | 0 | 2 | live (exit_aio) |",
			"| 3 | `work()` | [`kthread_use_mm(mm)`](file:///t/drivers/x/x.c#L13) | 0 | 3 | unmapping |",
		]);
	});

	it("leaves branches out of a long trace, then its middle, and says how many", () => {
		const branches = Array.from({ length: 20 }, (_, i) => step("branch", `if (a${i})`, 20 + i, {}, { branch: true }));
		expect(hover(described([{ ...EXPOSED, trace: [...branches, ...TRACE] }]))).toContain(
			"\n\n20 branches that change nothing are left out.",
		);
		const gets = Array.from({ length: 60 }, (_, i) => step("mmgrab", `mmgrab(m${i})`, 20 + i, { count: i + 1 }));
		const text = hover(described([{ ...EXPOSED, trace: [...gets, ...TRACE] }]));
		expect(text).toContain("| … | | 51 more steps | | | |");
		expect(text).toContain("| 63 | `work()` | [`kthread_use_mm(mm)`]");
	});

	it("stays short whatever there is to say", () => {
		const many = Array.from({ length: 60 }, (_, i) => step("mmgrab", `mmgrab(m${i})`, i, { count: i + 1 }));
		const place = { file: "a.c", line: 1, column: 1, function: "f", text: "x->mm = mm" };
		const assumes = Array.from({ length: 50 }, (_, i) => `assumed ${i}`);
		const all = Array.from({ length: 30 }, () => ({ ...EXPOSED, trace: many, witness: many, assumes }));
		const held = { useId: "x", after: LIVE, references: many.map((taken) => ({ kind: "count" as const, step: taken })) };
		expect(hover(described(all, { writers: Array.from({ length: 40 }, () => place), held })).split("\n").length).toBeLessThanOrEqual(40);
	});
});

describe("the hover with pictures", () => {
	const picturing = { theme: "dark", openUrl: (useId: string) => `command:show?${useId}` } as const;

	function drawn(of: Described): string {
		const url = /data:image\/svg\+xml;base64,([^)]*)/.exec(writeHover(of, link, picturing))?.[1] ?? "";
		return Buffer.from(url, "base64").toString();
	}

	it("draws the interleaving without branches in the colours of the theme, instead of a table, and leads to all of it", () => {
		const text = writeHover(described([EXPOSED]), link, picturing);
		expect(text).toContain("![How it goes wrong: x->mm in work](data:image/svg+xml;base64,".replace(">", "\\>"));
		expect(text).toContain("[Show timeline](command:show?exposed)");
		expect(text).not.toContain("| # |");
		const svg = drawn(described([EXPOSED]));
		expect(svg).toContain("in use while the page tables go");
		expect(svg).not.toContain("prefers-color-scheme");
		expect(drawn(described([use("held")]))).not.toContain("if (x)");
	});

	it("is a table where the picture would be too large, and nothing where nothing is known", () => {
		const many = Array.from({ length: 200 }, (_, i) => step("mmgrab", `mmgrab(m${i})`, i, { count: i + 1 }));
		const text = writeHover(described([{ ...EXPOSED, trace: many }]), link, picturing);
		expect(text).toContain("| # | thread |");
		expect(text).not.toContain("data:");
		const { witness: _, ...unknown } = use("unknown");
		expect(writeHover(described([unknown]), link, picturing)).not.toContain("data:");
	});

	it("shows hostile text as text", () => {
		const hostile = '](http://x) <img src=x onerror=alert(1)> "><script>';
		const text = writeHover(described([{ ...EXPOSED, mm: hostile, function: hostile }]), link, picturing);
		const picture = text.split("\n").find((line) => line.startsWith("![")) ?? "";
		expect(picture.match(/(?<!\\)\]\((?!data:image)/g)).toBeNull();
		expect(picture.match(/(?<!\\)</g)).toBeNull();
		expect(drawn(described([{ ...EXPOSED, mm: hostile }]))).not.toMatch(/<(img|script)/);
	});
});

describe("the hover elsewhere", () => {
	it("on another call says what it does first, then the verdict of the use", () => {
		const effect = { callee: "my_get", actsLike: "mmget_not_zero", summary: "Takes one.", users: "+1 if above 0", source: "b.c:2" };
		const [head, , verdict] = hover(described([use("held")], { line: 12, subject: { kind: "call", effect } })).split("\n");
		expect(head).toBe("**mm_users +1 if above 0** — `my_get` (acts like `mmget_not_zero`): Takes one.");
		expect(verdict).toMatch(/^\*\*held\*\* — \[`x->mm` in `work`\]\(file:\/\/\/t\/drivers\/x\/x\.c#L13\): `mmget_not_zero\(mm\)`/);
	});

	it("says when a call leaves the counters alone", () => {
		const effect = { callee: "peek_mm", summary: "Looks.", source: "b.c:2" };
		expect(hover(described([], { subject: { kind: "call", effect } }))).toMatch(
			/^\*\*mm_users and mm_count stay\*\* — `peek_mm`: Looks\.\n/,
		);
	});

	it("on a field says where it is, who stores it, and the uses behind it, counted", () => {
		const subject = { kind: "field", struct: "x", field: "mm", file: "include/x.h", definedAt: 7 } as const;
		const writers = [{ file: "a.c", line: 3, column: 1, function: "f", text: "x->mm = current->mm" }];
		const text = hover(described([EXPOSED, use("held"), use("held")], { line: 7, subject, writers }));
		expect(text.split("\n")[0]).toBe("**Carries an mm** — `x.mm`, [x.h:7](file:///t/include/x.h#L7)");
		expect(text).toContain("Also 2 uses: 2 held\n- **held** — [`x->mm` in `work`]");
		expect(text).toContain("Stored by [`x->mm = current->mm`](file:///t/a.c#L3)");
	});

	it("on a variable of which nothing is known is one line", () => {
		expect(hover(described([], { subject: { kind: "variable", name: "mm" } }))).toBe("**Points to an mm** — `mm`");
	});
});

describe("text of others", () => {
	const EVIL = "a`b|c [x](http://e) <img src=x> ![i](u) **b** _i_ &lt; ~~s~~ www.evil.org me@evil.org\n# h";

	it("stays inside its code, in a table too", () => {
		const trace = [step("use", EVIL, 13, {}, { thread: EVIL, function: EVIL })];
		const text = hover(described([{ ...EXPOSED, mm: EVIL, function: EVIL, trace }]));
		const row = text.split("\n").find((line) => line.startsWith("| 1 |"));
		// Cells are parted by bars that no backslash stands before.
		expect(row?.split(/(?<!\\)\|/)).toHaveLength(8);
		expect(code("a`b")).toBe("``a`b``");
		expect(code("`a`")).toBe("`` `a` ``");
		expect(code("a\n|b")).toBe("`a \\|b`");
		expect(code("")).toBe("`  `");
	});

	it("is no Markdown in a sentence", () => {
		expect(escapeText(EVIL)).toBe(
			"a\\`b\\|c \\[x\\](http\\://e) \\<img src=x\\> !\\[i\\](u) \\*\\*b\\*\\* \\_i\\_ \\&lt; \\~\\~s\\~\\~ www\\.evil.org me\\@evil.org # h",
		);
		expect(prose("# no heading", link)).toBe("\\# no heading");
		expect(prose("1. no list", link)).toBe("1\\. no list");
		expect(prose("- no list", link)).toBe("\\- no list");
	});

	it("cannot leave the URL of a link", () => {
		expect(linkTo("x", "file:///a b(c)<d>\\")).toBe("[x](file:///a%20b%28c%29%3cd%3e%5c)");
	});
});

describe("a sentence of the checker", () => {
	it("has its C as code and its places as links", () => {
		expect(prose("The comment at drivers/x/x.c:12 says that x->mm is held: mmget(mm) keeps mm_users.", link)).toBe(
			"The comment at [`drivers/x/x.c:12`](file:///t/drivers/x/x.c#L12) says that `x->mm` is held: `mmget(mm)` keeps `mm_users`.",
		);
	});
});

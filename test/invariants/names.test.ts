/** Macros are expanded and names resolved in program/, by identity: two things of one name never become one. */

import { describe, expect, it } from "vitest";
import { factsOf } from "../facts/parse.ts";
import { judgeTexts } from "../judge.ts";
import { driver } from "./driver.ts";

function verdicts(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	return Object.fromEntries(judgeTexts(texts).uses.map((use) => [use.file, use.verdict]));
}

const good = driver({ take: "mmget" });
const bad = driver({ take: "mmgrab" });

describe("two things of one name", () => {
	it("in two files, structs and static functions alike, are judged as if the other were not there", () => {
		expect(verdicts({ "a/good.c": good })).toEqual({ "a/good.c": "held" });
		expect(verdicts({ "a/bad.c": bad })).toEqual({ "a/bad.c": "exposed" });
		expect(verdicts({ "a/good.c": good, "a/bad.c": bad })).toEqual({ "a/good.c": "held", "a/bad.c": "exposed" });
		expect(verdicts({ "a/x.c": bad, "b/y.c": good, "c/z.c": bad })).toEqual({ "a/x.c": "exposed", "b/y.c": "held", "c/z.c": "exposed" });
	});

	it("in two headers are told apart by the include", () => {
		const split = (text: string) => {
			const end = text.indexOf("};\n") + 3;
			return { head: text.slice(0, end), rest: text.slice(end) };
		};
		expect(
			verdicts({
				"a/watch.h": split(good).head,
				"b/watch.h": split(bad).head,
				"a/good.c": `#include "watch.h"\n${split(good).rest}`,
				"b/bad.c": `#include "watch.h"\n${split(bad).rest}`,
			}),
		).toEqual({ "a/good.c": "held", "b/bad.c": "exposed" });
		/* one struct with two writers: what the bad one stores, the good one's work item may find */
		expect(
			verdicts({
				"a/watch.h": split(good).head,
				"b/watch.h": split(bad).head,
				"a/good.c": `#include "watch.h"\n${split(good).rest}`,
				"b/bad.c": `#include "../a/watch.h"\n${split(bad).rest}`,
			}),
		).toEqual({ "a/good.c": "exposed", "b/bad.c": "exposed" });
	});

	it("may be macros: each file has the one it includes", () => {
		const use = "BORROW(w->mm);";
		expect(
			verdicts({
				"a/borrow.h": "#define BORROW(m) kthread_use_mm(m)\n",
				"b/borrow.h": "#define BORROW(m) do { } while (0)\n",
				"a/x.c": `#include "borrow.h"\n${driver({ use })}`,
				"b/y.c": `#include "borrow.h"\n${driver({ use })}`,
			}),
		).toEqual({ "a/x.c": "exposed" });
	});
});

describe("a macro that borrows", () => {
	const header = "/* one */\n#define BORROW(m) do { kthread_use_mm(m); } while (0)\n";
	const user = `#include "borrow.h"\n${driver({ use: "BORROW(w->mm);" })}`;

	it("is a call of its name in the facts of its user", () => {
		const text = JSON.stringify(factsOf(user).functions);
		expect(text).toContain('"name":"BORROW"');
		expect(text).not.toContain("kthread_use_mm");
	});

	it("is a use where it is expanded, once for each expansion, and says where it is defined", () => {
		const report = judgeTexts({ "a/borrow.h": header, "a/x.c": user, "a/y.c": user.replaceAll("watch", "other") });
		const line = user.split("\n").findIndex((text) => text.includes("BORROW(")) + 1;
		expect(report.uses.map(({ file, function: fn, macro, line }) => ({ file, fn, macro, line }))).toEqual([
			{ file: "a/x.c", fn: "watch_run", macro: { name: "BORROW", file: "a/borrow.h", line: 2 }, line },
			{ file: "a/y.c", fn: "other_run", macro: { name: "BORROW", file: "a/borrow.h", line: 2 }, line },
		]);
	});
});

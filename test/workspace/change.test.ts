/** What a change brings: of two reports and the lines between them, and the lines that a patch names. */

import { describe, expect, it } from "vitest";
import type { Finding, Report, TraceStep } from "../../server/src/analysis/types.ts";
import { type ChangedLines, type LineRange, reportChange } from "../../server/src/workspace/change.ts";
import { keepToJob } from "../../server/src/workspace/judge-before.ts";
import { parsePatch } from "../../server/src/workspace/patch.ts";
import type { Job } from "../../server/src/workspace/plan.ts";

function step(file: string, line: number): TraceStep {
	const after = { users: 1, count: 1, pageTables: "live", struct: "live" } as const;
	return { thread: "t", op: "get", mm: "A", step: "", file, line, column: 1, function: "f", node: 0, after };
}

function finding(fingerprint: string, line: number, more: Partial<Finding> = {}): Finding {
	return {
		id: fingerprint,
		fingerprint,
		rule: "use-without-users-ref",
		severity: "error",
		file: "a.c",
		function: "f",
		line,
		column: 2,
		endLine: line,
		endColumn: 9,
		message: "",
		fixes: [],
		...more,
	};
}

function makeReport(findings: readonly Finding[], more: Partial<Report> = {}): Report {
	const stats = { filesSeen: 0, filesParsed: 0, bytesSeen: 0, functions: 0, functionsWithHoles: 0, uses: 0, milliseconds: 0 };
	return { version: 1, kernel: "6.1", uses: [], findings, holes: [], stats, ...more };
}

function changed(lines: Readonly<Record<string, readonly LineRange[]>>): ChangedLines {
	return new Map(Object.entries(lines));
}

/** Fingerprint, line, and what introduced it, of each finding that is reported. */
function tell(before: readonly Finding[], after: readonly Finding[], lines: ChangedLines): readonly string[] {
	return reportChange(makeReport(before), makeReport(after), lines).findings.map(
		({ fingerprint, line, introducedBy }) => `${fingerprint}:${line}${introducedBy ? ` by ${introducedBy.file}:${introducedBy.line}` : ""}`,
	);
}

const FAR = changed({ "a.c": [{ first: 90, last: 92 }] });

describe("the report of a change", () => {
	it("has findings that are new by fingerprint, not those that moved or are gone", () => {
		const before = [finding("moved", 10), finding("gone", 20)];
		expect(tell(before, [finding("moved", 12), finding("new", 30)], FAR)).toEqual(["new:30 by a.c:90"]);
	});

	it("counts findings of one fingerprint, and takes the last for the new one", () => {
		const before = [finding("x", 1), finding("x", 2)];
		expect(tell(before, [finding("x", 1), finding("x", 2), finding("x", 3)], FAR)).toEqual(["x:3 by a.c:90"]);
		expect(tell(before, [finding("x", 1)], FAR)).toEqual([]);
	});

	it("has a known finding whose trace passes a changed line, and names the first of them in the order of the trace", () => {
		const known = finding("known", 10, { trace: [step("", 0), step("b.c", 4), step("b.c", 2), step("a.c", 10)] });
		expect(tell([known], [known], changed({ "b.c": [{ first: 2, last: 2 }], "a.c": [{ first: 10, last: 10 }] }))).toEqual([
			"known:10 by b.c:2",
		]);
		expect(tell([known], [known], changed({ "b.c": [{ first: 3, last: 5 }] }))).toEqual(["known:10 by b.c:4"]);
		expect(tell([known], [known], changed({ "b.c": [{ first: 5, last: 9 }], "c.c": [{ first: 1, last: 99 }] }))).toEqual([]);
	});

	it("has a known finding whose own lines changed", () => {
		const known = finding("known", 10, { endLine: 12 });
		expect(tell([known], [known], changed({ "a.c": [{ first: 11, last: 30 }] }))).toEqual(["known:10 by a.c:11"]);
		expect(tell([known], [known], changed({ "a.c": [{ first: 1, last: 10 }] }))).toEqual(["known:10 by a.c:10"]);
		expect(tell([known], [known], changed({ "a.c": [{ first: 13, last: 13 }] }))).toEqual([]);
	});

	it("names for a new finding the nearest changed line of its file", () => {
		const lines = changed({
			"a.c": [
				{ first: 1, last: 4 },
				{ first: 30, last: 40 },
			],
			"b.c": [{ first: 9, last: 9 }],
		});
		const trace = [step("b.c", 8)];
		expect(tell([], [finding("new", 10, { trace }), finding("new", 20), finding("new", 60)], lines)).toEqual([
			"new:10 by a.c:4",
			"new:20 by a.c:30",
			"new:60 by a.c:40",
		]);
	});

	it("names for a new finding in a file that stayed the changed line nearest to its trace, and nothing where there is none", () => {
		const trace = [step("", 0), step("c.c", 1), step("b.c", 8), step("b.c", 40), step("a.c", 10)];
		const lines = changed({
			"b.c": [
				{ first: 5, last: 6 },
				{ first: 41, last: 42 },
			],
			"d.c": [{ first: 8, last: 8 }],
		});
		expect(tell([], [finding("new", 10, { trace })], lines)).toEqual(["new:10 by b.c:41"]);
		expect(tell([], [finding("new", 10), finding("other", 11, { trace: [step("c.c", 1)] })], lines)).toEqual(["new:10", "other:11"]);
	});

	it("keeps all uses, and of the holes the new ones", () => {
		const before = makeReport([], { holes: [{ file: "a.c", line: 3, why: "not understood" }] });
		const holes = [...before.holes, { file: "a.c", line: 9, why: "not understood" }, { file: "b.c", line: 3, why: "not understood" }];
		const after = makeReport([finding("known", 1)], { holes, kernel: "6.2" });
		expect(reportChange({ ...before, findings: after.findings }, after, FAR)).toEqual({ ...after, findings: [], holes: holes.slice(1) });
	});
});

describe("a patch", () => {
	const ID = "1".repeat(40);
	const NONE = "0".repeat(40);

	it("names the lines that it puts in, and those around lines that it takes out", () => {
		const patch = `diff --git a/x y.c b/x y.c
index ${ID}..${"2".repeat(40)} 100644
--- a/x y.c\t
+++ b/x y.c\t
@@ -1,2 +0,0 @@
-a
--- b
@@ -5 +3 @@ int f(void)
-@@ -1 +1 @@
+@@ -1 +9 @@
@@ -7,0 +6,3 @@
+a\rdiff --git a/z.c b/z.c
+b
+c
@@ -9 +10,0 @@
-a
`;
		expect(parsePatch(patch)).toEqual([
			{
				path: "x y.c",
				oldId: ID,
				present: true,
				lines: [
					{ first: 1, last: 1 },
					{ first: 3, last: 3 },
					{ first: 6, last: 8 },
					{ first: 10, last: 11 },
				],
			},
		]);
	});

	it("says which files are new and which are gone; a link is no file, and a mode is no text", () => {
		const patch = `diff --git a/new.c b/new.c
new file mode 100644
index ${NONE}..${ID}
--- /dev/null
+++ b/new.c
@@ -0,0 +1,2 @@
+a
+b
diff --git a/empty.c b/empty.c
new file mode 100644
index ${NONE}..${ID}
diff --git "a/\\303\\251\\"\\t.c" "b/\\303\\251\\"\\t.c"
deleted file mode 100755
index ${ID}..${NONE}
--- "a/\\303\\251\\"\\t.c"
+++ /dev/null
@@ -1 +0,0 @@
-a
diff --git a/link.c b/link.c
new file mode 120000
index ${NONE}..${ID}
--- /dev/null
+++ b/link.c
@@ -0,0 +1 @@
+a.c
\\ No newline at end of file
diff --git a/mode.c b/mode.c
old mode 100644
new mode 100755
`;
		expect(parsePatch(patch)).toEqual([
			{ path: "new.c", present: true, lines: [{ first: 1, last: 2 }] },
			{ path: "empty.c", present: true, lines: [] },
			{ path: 'é"\t.c', oldId: ID, present: false, lines: [] },
			{ path: "link.c", present: false, lines: [] },
		]);
		expect(parsePatch("")).toEqual([]);
	});
});

describe("the part of a change that a job looks at", () => {
	const before = new Map([
		["listed.c", "old"],
		["new.c", undefined],
		["unlisted-new.c", undefined],
		["gone.c", "old"],
		["out/gone.c", "old"],
		["tree/gone.c", "old"],
		["node_modules/gone.c", "old"],
		["sub/gone.c", "old"],
	]);
	const job: Job = {
		root: "/root",
		listing: { files: ["listed.c", "new.c"], kernelTrees: ["tree"], unreadable: [] },
		scope: [],
		wholeFolder: true,
		isTree: true,
	};

	it("is what is listed, and what would have been", () => {
		const kept = keepToJob({ before, lines: FAR }, job, (path) => path === "out");
		expect([...kept.before.keys()]).toEqual(["listed.c", "new.c", "gone.c", "sub/gone.c"]);
		expect(kept.lines).toBe(FAR);
	});

	it("is what will be listed, where the change is not made yet", () => {
		const future = new Map(["listed.c", "new.c", "coming.c", "out/coming.c"].map((path) => [path, path === "new.c" ? undefined : "text"]));
		const past = new Map([...future.keys()].map((path) => [path, path.endsWith("coming.c") ? undefined : "old"]));
		const kept = keepToJob({ before: past, after: future, lines: FAR }, job, (path) => path === "out");
		expect([...kept.before.keys()]).toEqual(["listed.c", "new.c", "coming.c"]);
		expect([...(kept.after ?? [])]).toEqual([
			["listed.c", "text"],
			["new.c", undefined],
			["coming.c", "text"],
		]);
	});

	it("is in the paths alone when nothing else counts", () => {
		const kept = keepToJob({ before, lines: FAR }, { ...job, wholeFolder: false, scope: ["sub/", "listed.c"] }, () => false);
		expect([...kept.before.keys()]).toEqual(["listed.c", "new.c", "sub/gone.c"]);
	});
});

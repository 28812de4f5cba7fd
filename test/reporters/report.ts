/** Reports to print: of the examples, and one in which every text is hostile. */

import { join } from "node:path";
import type { Finding, Report, TraceStep, Use } from "../../server/src/analysis/types.ts";
import { EXAMPLES, readExpectations } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { BROKEN, GRAPHS, HOSTILE } from "../report/steps.ts";

/** The report of one example: `kvmgt/4.18`. */
export function reportOf(root: string): Report {
	return judgeTexts(readTexts(join(EXAMPLES, root)), readExpectations()[root]?.kernel);
}

const PLACE = { line: 20, column: 3, endLine: 20, endColumn: 9 };

function spoil(step: TraceStep): TraceStep {
	return { ...step, step: HOSTILE, file: HOSTILE, function: HOSTILE, thread: step.thread + HOSTILE };
}

/** A report of one use and its finding, with hostile text wherever a source file has a say. */
export function makeHostileReport(): Report {
	const trace = BROKEN.map(spoil);
	const graphs = GRAPHS.map((graph) => ({ ...graph, thread: graph.thread + HOSTILE }));
	const use: Use = {
		...PLACE,
		id: "u1",
		file: HOSTILE,
		function: HOSTILE,
		mm: HOSTILE,
		verdict: "exposed",
		why: HOSTILE,
		guarantee: HOSTILE,
		macro: { name: HOSTILE, file: HOSTILE, line: 1 },
		assumes: [HOSTILE],
		explored: { result: "violated", states: 1 },
		trace,
		graphs,
	};
	const finding: Finding = {
		...PLACE,
		id: "f1",
		useId: "u1",
		fingerprint: "00",
		rule: "use-without-users-ref",
		severity: "error",
		file: HOSTILE,
		function: HOSTILE,
		message: `${HOSTILE} SARIF_BUILDER_INVALID`,
		introducedBy: { file: HOSTILE, line: 3 },
		trace,
		graphs,
		fixes: [
			{
				id: "x",
				title: HOSTILE,
				applicability: "safe",
				preferred: true,
				verdictAfter: "held",
				edits: [{ ...PLACE, file: HOSTILE, newText: HOSTILE }],
			},
		],
	};
	return {
		version: 1,
		kernel: HOSTILE,
		uses: [use],
		findings: [finding, { ...finding, id: "f2", useId: "gone", rule: HOSTILE }],
		holes: [{ file: HOSTILE, line: 0, why: HOSTILE }],
		stats: { filesSeen: 1, filesParsed: 1, bytesSeen: 1, functions: 1, functionsWithHoles: 1, uses: 1, milliseconds: 1 },
	};
}

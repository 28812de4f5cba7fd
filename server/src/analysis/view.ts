/** A tree as it is now: one program for all questions, and every use judged at most once. */

import { describeAt } from "./describe.ts";
import { openJudgements } from "./judgements.ts";
import { proveFixes } from "./prove.ts";
import type { OpenView, Tree } from "./snapshot.ts";
import type { Hole, Report } from "./types.ts";

/** Whether a path is asked for. */
function inScope(scope: readonly string[], path: string): boolean {
	return scope.length === 0 || scope.some((wanted) => (wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted));
}

/** Opens a tree; nothing is judged yet. Never throws. */
export const openView: OpenView = (tree, settings) => {
	const judgements = openJudgements(tree, settings);
	const { program, places } = judgements;
	return {
		uses: (scope) => [...places.keys()].filter((use) => inScope(scope, use.file)),
		judgeUse: (place) => {
			const use = places.get(place);
			if (use) judgements.judge(use);
		},
		judge: (scope) => {
			const asked = [...places].filter(([place]) => inScope(scope, place.file)).map(([, use]) => use);
			const { uses, findings } = judgements.tell(asked);
			const report: Report = {
				version: 1,
				kernel: settings.kernel,
				uses,
				findings,
				holes: holesOf(tree, scope),
				stats: statsOf(tree, uses.length),
			};
			return { report, needs: program.needs() };
		},
		describe: (path, line, column, uses) => program.quietly(() => describeAt(program, path, line, column, uses)),
		proveFixes: function* (finding, extract, wanted) {
			const proof = proveFixes({ finding, judgements, tree, settings, extract, wanted });
			for (;;) {
				const step = program.quietly(() => proof.next());
				if (step.done) return step.value;
				yield;
			}
		},
	};
};

/** What was not understood, in the files that take part. */
function holesOf(tree: Tree, scope: readonly string[]): readonly Hole[] {
	const holes: Hole[] = [];
	for (const { path, facts } of tree.files.values())
		if (inScope(scope, path)) for (const hole of facts.holes) holes.push({ file: path, line: hole.line + 1, why: hole.why });
	return holes;
}

function statsOf(tree: Tree, uses: number): Report["stats"] {
	let functions = 0;
	let functionsWithHoles = 0;
	for (const { facts } of tree.files.values()) {
		functions += facts.functions.length;
		for (const fn of facts.functions) if (!fn.clean) functionsWithHoles++;
	}
	return { filesSeen: 0, filesParsed: tree.files.size, bytesSeen: 0, functions, functionsWithHoles, uses, milliseconds: 0 };
}

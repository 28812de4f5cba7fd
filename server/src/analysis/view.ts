/** A tree as it is now: one program for all questions, and every use judged at most once. */

import { describeAt } from "./describe.ts";
import { openJudgements } from "./judgements.ts";
import { joinUnclear } from "./outcome.ts";
import { proveFixes } from "./prove.ts";
import type { OpenView, Tree } from "./snapshot.ts";
import type { Hole, Report } from "./types.ts";

/** Whether a path is asked for. */
function inScope(scope: readonly string[], path: string): boolean {
	return scope.length === 0 || scope.some((wanted) => (wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted));
}

function statsOf(tree: Tree): Report["stats"] {
	const functions = [...tree.files.values()].reduce((sum, { pieces }) => sum + pieces.functions, 0);
	return { filesSeen: 0, filesParsed: tree.files.size, bytesSeen: 0, functions, functionsWithHoles: 0, uses: 0, milliseconds: 0 };
}

/** What is not understood of a file that is asked for by its name, whether or not anything led there: the pieces whose brackets do not match. */
function brokenIn(tree: Tree, path: string): readonly Hole[] {
	const pieces = tree.files.get(path)?.pieces;
	return [...(pieces?.broken ?? [])].flatMap((piece) =>
		(pieces?.facts(piece).holes ?? []).map(({ line, why }) => ({ file: path, line: line + 1, why })),
	);
}

/** Opens a tree; nothing is judged yet. Never throws. */
export const openView: OpenView = (tree, settings) => {
	const judgements = openJudgements(tree, settings);
	const { program, places } = judgements;
	return {
		uses: (scope) => [...places.keys()].filter((use) => inScope(scope, use.file)),
		judgeUse: (place) => {
			const use = places.get(place);
			if (use) judgements.outcome(use);
		},
		judge: (scope) => {
			const asked = [...places].filter(([place]) => inScope(scope, place.file)).map(([, use]) => use);
			const { uses, findings, unclear } = judgements.tell(asked);
			const named = scope.flatMap((path) => brokenIn(tree, path));
			const all = joinUnclear([unclear, { holes: named, functions: [] }]);
			const report: Report = {
				version: 1,
				kernel: settings.kernel,
				uses,
				findings,
				holes: all.holes.filter(({ file }) => inScope(scope, file)),
				stats: { ...statsOf(tree), functionsWithHoles: unclear.functions.length, uses: uses.length },
			};
			return { report, needs: program.needs() };
		},
		needs: () => program.needs(),
		save: () => judgements.save(),
		describe: (path, line, column, uses) => program.quietly(() => describeAt(program, path, line, column, uses)),
		proveFixes: function* (finding, extract, wanted) {
			const use = [...places.values()].find((candidate) => judgements.idOf(candidate) === finding.useId);
			const key = `${finding.fingerprint} ${wanted.join(" ")}`;
			const saved = use && judgements.savedFixes(use, key);
			if (saved) {
				judgements.keepFixes(key, saved);
				return saved;
			}
			const proof = proveFixes({ finding, judgements, tree, settings, extract, wanted });
			for (;;) {
				const step = program.quietly(() => proof.next());
				if (step.done) {
					judgements.keepFixes(key, step.value);
					return step.value;
				}
				yield;
			}
		},
	};
};

/** A tree as it is now: one program for all questions, and every use judged at most once. */

import type { FoundUse } from "../checker/uses.ts";
import { lineIn } from "../program/places.ts";
import { describeAt } from "./describe.ts";
import { judgeIgnores } from "./judge-ignores.ts";
import { type Judgements, openJudgements } from "./judgements.ts";
import { joinUnclear } from "./outcome.ts";
import { proveFixes } from "./prove.ts";
import type { OpenView, Settings, Tree, Unclear } from "./snapshot.ts";
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
		(pieces?.facts(piece).holes ?? []).map(({ line, why }) => ({ file: path, line: lineIn(tree, path, line) + 1, why })),
	);
}

/** What is not understood in the files of a scope. */
function holesOf(tree: Tree, scope: readonly string[], unclear: Unclear): readonly Hole[] {
	const named = scope.flatMap((path) => brokenIn(tree, path));
	const { holes } = joinUnclear([unclear, { holes: named, functions: [] }]);
	return holes.filter(({ file }) => inScope(scope, file));
}

/** Says all about the files in a scope. */
function reportOn(
	tree: Tree,
	settings: Settings,
	judgements: Judgements,
	scope: readonly string[],
	asked: readonly FoundUse[],
	unclear: Unclear,
): Report {
	const { uses, findings } = judgements.tellAll(asked);
	const isAsked = (file: string): boolean => inScope(scope, file);
	const owned = judgements.owners.tell(scope.length === 0 ? undefined : isAsked);
	const files = new Set([...uses.map(({ file }) => file), ...judgements.owners.files(), ...scope]);
	const all = [...findings, ...owned];
	const ignores = [...files].filter(isAsked).flatMap((file) => {
		const text = tree.files.has(file) ? tree.text(file) : undefined;
		const own = all.filter((finding) => finding.file === file);
		return text === undefined ? [] : judgeIgnores(file, text, own, settings, scope.length === 0);
	});
	return {
		version: 1,
		kernel: settings.kernel,
		uses,
		findings: judgements.heard([...all, ...ignores]),
		holes: holesOf(tree, scope, unclear),
		stats: { ...statsOf(tree), functionsWithHoles: unclear.functions.length, uses: uses.length },
	};
}

/** Opens a tree; nothing is judged yet. Never throws. */
export const openView: OpenView = (tree, settings) => {
	const judgements = openJudgements(tree, settings);
	const { program, places } = judgements;
	const usesIn = (scope: readonly string[]): readonly FoundUse[] =>
		[...places].filter(([{ file }]) => inScope(scope, file)).map(([, use]) => use);
	/** Of the uses and the references in a scope; asked for twice of a file that is looked at. */
	const unclear = new Map<string, Unclear>();
	const unclearIn = (scope: readonly string[]): Unclear => {
		const isAsked = scope.length === 0 ? undefined : (file: string): boolean => inScope(scope, file);
		const known = unclear.get(scope.join("\n")) ?? joinUnclear([judgements.unclearOf(usesIn(scope)), judgements.owners.unclear(isAsked)]);
		unclear.set(scope.join("\n"), known);
		return known;
	};
	return {
		uses: (scope) => [...places.keys()].filter((use) => inScope(scope, use.file)),
		judgeUse: (place) => {
			const use = places.get(place);
			if (use) judgements.outcome(use);
		},
		judge: (scope) => {
			const asked = usesIn(scope);
			for (const use of asked) judgements.outcome(use);
			let report: Report | undefined;
			return {
				needs: program.needs(),
				/* who only asks what is missing does not wait for what is said of it */
				get report(): Report {
					report ??= reportOn(tree, settings, judgements, scope, asked, unclearIn(scope));
					return report;
				},
			};
		},
		needs: () => program.needs(),
		holes: (path) => holesOf(tree, [path], unclearIn([path])),
		save: () => judgements.save(),
		prepare: function* (scope) {
			if (!tree.saved) return;
			for (const use of usesIn(scope)) {
				program.quietly(() => judgements.judge(use));
				yield;
			}
			yield* judgements.owners.prepare((file) => inScope(scope, file));
		},
		describe: (path, line, column, uses) => program.quietly(() => describeAt(program, path, line, column, uses)),
		proveFixes: function* (finding, extract, wanted) {
			const use = [...places.values()].find((candidate) => judgements.idOf(candidate) === finding.useId);
			/* with another severity other findings are told, and a fix must bring none */
			const key = `${finding.fingerprint} ${wanted.join(" ")} ${JSON.stringify(settings.severity)}`;
			const saved = judgements.savedFixes(use, key);
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

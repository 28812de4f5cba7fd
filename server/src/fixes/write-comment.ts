/** Says above a use why the page tables outlive it: with what the checker found, or with a placeholder where it found nothing. */

import type { Explained } from "../checker/explain.ts";
import { givenByCallers, type Judged } from "../checker/judge.ts";
import type { Stmt } from "../facts/types.ts";
import { occurrencesIn } from "../program/occurrences.ts";
import { placeOf } from "../program/places.ts";
import type { MacroDef, Program } from "../program/program.ts";
import type { FixDraft, FixMaker } from "./draft.ts";
import { insertComment, wrap } from "./lay-comment.ts";
import { insertLinesBefore } from "./layout.ts";

/** `uncommented`: the evidence, written above the use, in the macro that it stands in where there is one. */
export const writeComment: FixMaker = ({ program, judged, explained, text }) => {
	if (explained.verdict !== "uncommented") return [];
	const words = `mm lifetime: ${evidenceOf(judged, explained)}`;
	const draft = (id: string, title: string, file: string, line: number): readonly FixDraft[] => {
		const source = text(file);
		if (source === undefined) return [];
		const edits = [insertComment(source, file, line, words)];
		return [{ id, title, applicability: "safe", preferred: true, wanted: "guarded", edits }];
	};
	const inMacro = placeInMacro(program, judged);
	return [
		...(inMacro ? draft("write-comment-in-macro", `Say in ${inMacro.name} why its mm stays alive`, inMacro.file, inMacro.line) : []),
		...draft("write-comment", "Say above the use why the mm stays alive", judged.use.fn.file, lineOfUse(program, judged)),
	];
};

/** `exposed`: a guarantee that only a person can know of. */
export const stateGuarantee: FixMaker = ({ program, judged, explained, text }) => {
	const { file } = judged.use.fn;
	const source = text(file);
	if (explained.verdict !== "exposed" || source === undefined) return [];
	const words = "mm lifetime: <say what keeps the page tables alive over this use, and where>";
	return [
		{
			id: "state-guarantee",
			title: "State a guarantee that the checker cannot see: it is left to write",
			applicability: "placeholder",
			preferred: false,
			wanted: "exposed",
			edits: [insertComment(source, file, lineOfUse(program, judged), words)],
		},
	];
};

/** `unknown` since no caller is in view: what callers must hold, for a person to confirm. */
export const stateContract: FixMaker = ({ program, judged, explained, text }) => {
	const { fn } = judged.use;
	const source = text(fn.file);
	if (explained.verdict !== "unknown" || source === undefined || givenByCallers(program, judged.use) === undefined) return [];
	const words = "mm lifetime: <if this is so: caller holds mm_users>";
	const above = fn.facts.comments.find((comment) => comment.at < 0);
	/* a block comment above a function documents it: what is said goes into it */
	const last = program.placed(fn).line;
	const block = above && /^[ \t]*\*\/[ \t\r]*$/.test(source.split("\n")[last - 1] ?? "");
	const edit = block
		? insertLinesBefore(source, fn.file, last, [" *", ...wrap(words, " * ")])
		: insertComment(source, fn.file, last + 1, words);
	return [
		{
			id: "state-contract",
			title: "State that callers hold mm_users: it is left to confirm",
			applicability: "placeholder",
			preferred: false,
			wanted: "unknown",
			edits: [edit],
		},
	];
};

function lineOfUse(program: Program, { use }: Judged): number {
	return placeOf(program.placed(use.fn), use.call.at).line;
}

/** What makes the use right, in the words of the checker's table. */
function evidenceOf(judged: Judged, { worst, guarantee }: Explained): string {
	if (guarantee === "exit_aio") {
		const done = worst?.assembled.use.thread.code.find((code) => code.do === "step" && code.op === "aiodone");
		const by = done?.site.function || judged.use.fn.facts.name;
		return `exit_aio() waits for the request that ${by}() completes after the use`;
	}
	const release = worst?.assembled.notifiers.find((notifier) => notifier.stops)?.release?.facts.name ?? "release";
	return `the mmu notifier's release callback ${release}() stops this use and waits for it before the page tables go`;
}

/** Where in the outermost macro of a use the borrowing call stands; undefined when it is in no macro, or in a macro that this one uses. */
function placeInMacro(
	program: Program,
	{ use }: Judged,
): { readonly name: string; readonly file: string; readonly line: number } | undefined {
	const macro = use.macro && program.macro(use.macro.name, use.fn.file);
	if (!macro || use.call.callee.e !== "name") return undefined;
	const [call] = occurrencesIn(bodyOf(macro)).calls.get(use.call.callee.name) ?? [];
	return call && { name: macro.facts.name, file: macro.file, line: placeOf(program.placed(macro), call.at).line };
}

function bodyOf({ facts }: MacroDef): readonly Stmt[] {
	return facts.body ?? (facts.expr ? [{ s: "expr", expr: facts.expr, at: facts.expr.at }] : []);
}

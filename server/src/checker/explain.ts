/** A judged use in words: verdict, why, guarantee, trace. */

import type { CarryingField, Place, TraceGraph, TraceStep, Verdict } from "../analysis/types.ts";
import { GUARANTEES, type GuaranteeName } from "../kernel/guarantees.ts";
import type { Instruction, Site, Thread } from "../model/program.ts";
import type { ExploredStep } from "../model/trace.ts";
import type { Program } from "../program/program.ts";
import { capturesOf, fieldsOf } from "./carried.ts";
import { commentAbove, commentOnField, commentsAt, commentsInMacro, type LifetimeComment, readComment } from "./comments.ts";
import { siteOf } from "./frame.ts";
import { type Judged, type RouteVerdict, witnessOf } from "./judge.ts";
import { textOf } from "./lower-expressions.ts";
import type { Work } from "./work.ts";

export interface Explained {
	readonly verdict: Verdict;
	readonly why: string;
	readonly guarantee?: string;
	/** The route that decides, absent when none could be followed. */
	readonly worst?: RouteVerdict;
	readonly trace?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
	/** The deciding route as it goes well, and what carries the mm along it; none of them where there is no such route. */
	readonly witness?: readonly TraceStep[];
	readonly captures?: readonly Place[];
	readonly fields?: readonly CarryingField[];
	readonly assumes: readonly string[];
	/** Comments that deny what the code does. */
	readonly contradictions: readonly LifetimeComment[];
	/** Whether mm_users was taken for the use, and given back too early. */
	readonly early?: boolean;
	/** What the message of a claim repeats. */
	readonly claim?: LifetimeComment;
}

const ORDER: Readonly<Record<RouteVerdict["verdict"], number>> = { held: 0, guarded: 1, unknown: 2, exposed: 3 };

/** The worst route; of equally bad ones that with the shortest trace. */
function worstOf(routes: readonly RouteVerdict[]): RouteVerdict | undefined {
	const length = (route: RouteVerdict): number => (route.exploration.result === "violated" ? route.exploration.trace.length : 0);
	return [...routes].sort((a, b) => ORDER[b.verdict] - ORDER[a.verdict] || length(a) - length(b))[0];
}

/** Says in words what was found about a use. */
export function explain(program: Program, judged: Judged, work: Work): Explained {
	const { use, lost } = judged;
	const live = judged.routes.filter((route) => route.reached);
	const worst = worstOf(live);
	const comments = commentsOf(program, judged, worst);
	const contradictions = comments.filter(
		(comment) => contradicts(comment, worst) && comment.where !== "definition" && passesThrough(live, comment),
	);
	const common = { contradictions, assumes: assumptionsOf(live), ...(worst ? shownOf(program, judged, worst, work) : {}) };
	if (worst?.verdict === "exposed") return explainExposed(program, judged, worst, comments, common);
	if (lost.length > 0)
		return {
			...common,
			verdict: "unknown",
			why: `Where ${textOf(use.mm)} comes from could not be followed: ${[...new Set(lost.map((part) => part.why))].join("; ")}.`,
		};
	if (worst?.verdict === "unknown") {
		const bound = worst.exploration.result === "bounded" ? worst.exploration.bound : "";
		return { ...common, verdict: "unknown", why: `The model gave up after ${bound} without finding a violation.` };
	}
	if (worst?.verdict === "guarded") return explainGuarded(worst, comments, common);
	if (worst) return { ...common, verdict: "held", why: whyHeld(worst) };
	if (judged.contract || judged.routes.some((route) => route.wide.use.context === "kthread"))
		return {
			...common,
			verdict: "unknown",
			why: `An mm is stored where ${textOf(use.mm)} is read, but on no way that was followed does it reach this use.`,
		};
	if (judged.routes.length > 0 || judged.nulls > 0)
		return {
			...common,
			verdict: "held",
			why: "On no way in view does a kernel thread come here with an mm: the pointer is NULL, or it is the running process's own mm.",
		};
	return { ...common, verdict: "unknown", why: `Nothing in view says where ${textOf(use.mm)} comes from.` };
}

type Common = Pick<Explained, "contradictions" | "assumes" | "worst" | "witness" | "captures" | "fields">;

/** What is shown of the deciding route beside its trace. */
function shownOf(
	program: Program,
	judged: Judged,
	worst: RouteVerdict,
	work: Work,
): Pick<Explained, "worst" | "witness" | "captures" | "fields"> {
	const steps = witnessOf(program, judged, worst, work);
	return {
		worst,
		...(steps ? { witness: traceOf(judged, worst, steps) } : {}),
		...(worst.wide.captures.length > 0 ? { captures: capturesOf(worst.wide), fields: fieldsOf(worst.wide) } : {}),
	};
}

/** Where a reference is taken around the use, it is true that none is held for the pointer itself. */
function contradicts(comment: LifetimeComment, worst: RouteVerdict | undefined): boolean {
	return comment.denies === "use" || (comment.denies === "reference" && worst?.verdict !== "held");
}

function passesThrough(routes: readonly RouteVerdict[], comment: LifetimeComment): boolean {
	if (comment.where !== "field") return true;
	return routes.some((route) =>
		route.wide.captures.some((capture) => capture.slot.struct.file === comment.file && fieldLine(capture) === comment.line),
	);
}

function fieldLine(capture: RouteVerdict["wide"]["captures"][number]): number {
	return (capture.slot.struct.facts.fields.find((field) => field.name === capture.slot.field)?.line ?? -1) + 1;
}

/** Lifetime comments at the use, at the captures and at the fields of the routes, and at the definition. */
function commentsOf(program: Program, judged: Judged, worst: RouteVerdict | undefined): readonly LifetimeComment[] {
	const found: LifetimeComment[] = [];
	const add = (comment: LifetimeComment | undefined): void => {
		if (comment && !found.some((known) => known.file === comment.file && known.line === comment.line && known.text === comment.text))
			found.push(comment);
	};
	const { use } = judged;
	for (const comment of commentsAt(use.fn, use.call.at)) add(readComment(comment.text, "use", use.fn.file, comment.line));
	if (use.macro) {
		const macro = program.macro(use.macro.name, use.fn.file);
		if (macro) for (const comment of commentsInMacro(macro)) add(comment);
	}
	add(commentAbove(use.fn));
	const routes = worst ? [worst, ...judged.routes] : judged.routes;
	for (const route of routes)
		for (const capture of route.wide.captures) {
			const { fn, left } = capture.writer;
			for (const comment of commentsAt(fn, left.at)) add(readComment(comment.text, "capture", fn.file, comment.line));
			add(commentOnField(capture.slot));
		}
	return found;
}

function assumptionsOf(routes: readonly RouteVerdict[]): readonly string[] {
	const assumes = new Set<string>();
	for (const route of routes) {
		for (const compiled of [...route.assembled.captures, route.assembled.use])
			for (const name of compiled.skipped) assumes.add(`${name}() leaves references to the mm as they are (too deep to follow)`);
		for (const capture of route.wide.captures)
			assumes.add(`the driver ends this use before it gives back what ${capture.slot.struct.facts.tag}.${capture.slot.field} holds`);
		for (const [key, value] of Object.entries(route.flags.values)) assumes.add(`${key.slice(1)} stays ${value} while it is used`);
		for (const { struct, field } of route.flags.common ?? [])
			assumes.add(`${struct.facts.tag}.${field} may change at any time (too many files store to a field of that name to read them all)`);
		if (route.guarantee === "notifier-release")
			assumes.add("nothing in a process's context starts the work again after release has stopped it");
	}
	return [...assumes];
}

function placed(site: Site): string {
	return `${site.text} (${site.file}:${site.line})`;
}

/** Steps of a thread with these operations, in the order of the code. */
function stepsOf(thread: Thread, ops: ReadonlySet<string>): readonly Extract<Instruction, { do: "step" }>[] {
	return thread.code.filter((code): code is Extract<Instruction, { do: "step" }> => code.do === "step" && ops.has(code.op));
}

const TAKES_USERS: ReadonlySet<string> = new Set(["mmget", "mmgetnz", "mmgettask", "mm_alloc"]);

function whyHeld(route: RouteVerdict): string {
	const threads = [route.assembled.use, ...[...route.assembled.captures].reverse()];
	for (const { thread } of threads) {
		const step = stepsOf(thread, TAKES_USERS)[0];
		if (step) return `${placed(step.site)} in ${step.site.function}() holds mm_users over the whole use.`;
	}
	return "The mm is that of the process that runs this code, which cannot exit before the call returns.";
}

function explainGuarded(worst: RouteVerdict, comments: readonly LifetimeComment[], common: Common): Explained {
	const guarantee = worst.guarantee as GuaranteeName;
	if (guarantee === "caller")
		return {
			...common,
			verdict: "guarded",
			guarantee,
			why: "The comment at the definition says that callers hold mm_users; no caller is in view.",
		};
	const release = worst.assembled.notifiers.find((notifier) => notifier.stops)?.release?.facts.name ?? "release";
	const reason =
		guarantee === "exit_aio"
			? "exit_aio() waits in the teardown for the request that this code completes after the use"
			: `the mmu notifier's ${release}() stops this use and waits for it before page tables go`;
	const said = comments.find(
		(comment) => comment.names === guarantee || (guarantee === "notifier-release" && comment.text.includes(`${release}()`)),
	);
	if (said)
		return {
			...common,
			verdict: "guarded",
			guarantee,
			why: `No mm_users reference is held, but ${reason}, as the comment at ${said.file}:${said.line} says.`,
		};
	return { ...common, verdict: "uncommented", guarantee, why: `No mm_users reference is held; ${reason}, but no comment says so.` };
}

function explainExposed(
	program: Program,
	judged: Judged,
	worst: RouteVerdict,
	comments: readonly LifetimeComment[],
	common: Common,
): Explained {
	const claim = comments.find((comment) => comment.where === "use" && comment.claims !== undefined);
	const refuted = comments.filter((comment) => comment.names !== undefined && comment.where !== "definition");
	const trace = worst.exploration.result === "violated" ? traceOf(judged, worst, worst.exploration.trace) : [];
	const early = findEarlyPut(trace);
	const why = whyExposed(worst, trace, early);
	const shown = { ...(early ? { early: true } : {}), trace, graphs: graphsOf(program, worst) };
	if (claim && refuted.length === 0)
		return {
			...common,
			...shown,
			claim,
			verdict: "claimed",
			why: `The comment claims: "${claim.claims}". The checker sees instead: ${why}`,
		};
	const wrong = refuted.map((comment) => {
		const says = GUARANTEES.find((row) => row.guarantee === comment.names)?.says ?? "";
		return ` The comment at ${comment.file}:${comment.line} says that ${says}: ${refutation(comment.names as GuaranteeName, worst)}.`;
	});
	return { ...common, ...shown, verdict: "exposed", why: why + wrong.join("") };
}

function refutation(names: GuaranteeName, worst: RouteVerdict): string {
	switch (names) {
		case "mm_users":
			return "that reference is gone, or was only mm_count, when the use runs";
		case "exit_aio":
			return worst.assembled.request
				? "requests of io_uring do not go through it, or the use outlives the request"
				: "no asynchronous request is kept with this mm";
		case "notifier-release":
			return "it does not stop this use";
		case "caller":
			return "a caller in view does not";
	}
}

const HOLDS_COUNT: ReadonlySet<string> = new Set(["mmgrab"]);

/** A reference to the page tables that drivers take and give back, and none is left at the end of the trace. */
interface EarlyPut {
	readonly take: TraceStep;
	readonly put: TraceStep;
}

/** Finds the reference that is given back last, of those on the mm that is used in the end; one around an earlier use was never for this. */
function findEarlyPut(trace: readonly TraceStep[]): EarlyPut | undefined {
	const mm = trace.at(-1)?.mm;
	const held: TraceStep[] = [];
	let found: EarlyPut | undefined;
	let users: number | undefined;
	for (const step of trace) {
		if (step.mm !== mm) continue;
		const gained = step.after.users - (users ?? (step.op === "mm_alloc" ? 0 : 1));
		users = step.after.users;
		if (step.node < 0) continue;
		if (step.op === "unuse") found = undefined;
		if (gained > 0) held.push(step);
		const take = gained < 0 ? held.pop() : undefined;
		if (take) found = { take, put: step };
	}
	return held.length === 0 ? found : undefined;
}

function placedStep({ step, file, line }: TraceStep): string {
	return `${step} (${file}:${line})`;
}

function whyExposed(worst: RouteVerdict, trace: readonly TraceStep[], early: EarlyPut | undefined): string {
	const grab = trace.find((step) => HOLDS_COUNT.has(step.op));
	const notify = worst.assembled.notifiers.find((notifier) => notifier.release && !notifier.stops);
	const dead = trace.at(-1)?.after;
	const parts = [
		early
			? `${placedStep(early.take)} takes mm_users, but ${placedStep(early.put)} gives it back before the use ends.`
			: grab
				? `Only mm_count is held: ${placedStep(grab)} keeps the mm_struct, not the page tables.`
				: dead?.struct === "freed"
					? "Nothing keeps even the mm_struct."
					: "No reference to the mm is held over the use.",
	];
	if (notify)
		parts.push(`The release notifier ${notify.release?.facts.name}() is registered, but it does not stop this use and wait for it.`);
	if (worst.assembled.request)
		parts.push(
			trace.some((step) => step.op === "iouring")
				? "exit_aio() waits for requests of libaio, not for those of io_uring."
				: "exit_aio() waits for the request, but the use goes on after it was completed.",
		);
	parts.push("The owner can exit, and its page tables go, while this use runs.");
	return parts.join(" ");
}

const TEARDOWN: Readonly<Record<string, string>> = {
	exit: "the owner exits: its mm_users reference is put",
	exec: "the owner calls exec: its old mm is put",
	exit_aio: "__mmput: exit_aio() waits for libaio requests, and for no others",
	release: "exit_mmap: release notifiers run, page tables still whole",
	unmap_vmas: "exit_mmap: unmap_vmas() takes the pages away",
	free_pgtables: "exit_mmap: free_pgtables() frees the page tables",
	exit_mmap: "exit_mmap is done: the users' mm_count is dropped",
};

/** The trace of the model with the source behind it. Steps of the owner stand where the using thread is. */
function traceOf(judged: Judged, worst: RouteVerdict, steps: readonly ExploredStep[]): readonly TraceStep[] {
	const { thread } = worst.assembled.use;
	const use = worst.assembled.use.uses.find((known) => known.call === judged.use.call) ?? worst.assembled.use.uses[0];
	const code = use && thread.code[use.index];
	const fallback: Site = code && "site" in code ? code.site : siteOf(judged.use.fn);
	/* tests without a text are the checker's own */
	return steps
		.filter((step) => step.op !== "branch" || step.site.text !== "")
		.map((step): TraceStep => {
			const site = step.site.file === "" ? fallback : step.site;
			const text = TEARDOWN[step.op];
			return {
				thread: step.thread,
				op: step.op,
				mm: step.mm,
				...(step.arg === undefined ? {} : { arg: step.arg }),
				step: step.node < 0 && text ? text : step.op === "branch" ? `if (${step.site.text})` : step.site.text || step.op,
				file: site.file,
				line: site.line,
				column: site.column,
				function: site.function,
				...(step.branch === undefined ? {} : { branch: step.branch }),
				after: step.after,
				node: step.node,
			};
		});
}

/** The graphs of the threads, as the trace refers to them. */
function graphsOf(_program: Program, worst: RouteVerdict): readonly TraceGraph[] {
	return worst.assembled.program.threads.map((thread) => ({
		thread: thread.name,
		...(thread.context === "owner" ? { owner: "A" } : {}),
		...(thread.after ? { after: thread.after.thread } : {}),
		start: thread.start,
		nodes: thread.code.map((code) => ({
			op: code.do === "step" ? code.op : code.do === "branch" && code.site.text === "" ? "any" : code.do,
			file: code.site.file,
			line: code.site.line,
			next: code.do === "branch" ? [code.then, code.else] : code.do === "any" ? [...code.next] : code.do === "end" ? [] : [code.next],
		})),
	}));
}

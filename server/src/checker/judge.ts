/** Judges one use: every route by which an mm can come to it is run against the model; the verdict is the worst of them. */

import type { Need } from "../analysis/snapshot.ts";
import type { Verdict } from "../analysis/types.ts";
import type { GuaranteeName } from "../kernel/guarantees.ts";
import type { Key } from "../model/program.ts";
import type { Property } from "../model/properties.ts";
import type { ExploredStep } from "../model/trace.ts";
import { activationsOf } from "../program/callers.ts";
import type { Program } from "../program/program.ts";
import { flagsTestedIn, flagValuesIn, isSetOnce, isTooCommon } from "./activation.ts";
import { type Assembled, assemble, type Flags, type KernelFeatures, NO_FLAGS, type WideRoute } from "./assemble.ts";
import { commentAbove } from "./comments.ts";
import { dependsOn, flagKey } from "./frame.ts";
import { CURRENT_MM } from "./keys.ts";
import { MAX_SEGMENT } from "./lowering.ts";
import { roleOf } from "./roles.ts";
import { type Lost, MAX_ROUTES, type Route, type Routes, routesTo } from "./routes.ts";
import { sourcesOf } from "./sources.ts";
import { type FoundUse, usesIn } from "./uses.ts";
import { widen } from "./widen.ts";
import type { Exploration, Work } from "./work.ts";

/** Different states after which the exploration of one route is given up. */
export const MAX_STATES = 50_000;

/** The same for the search of each part of a witness. */
const MAX_WITNESS_STATES = 20_000;

/** The same for all uses of one function together, and the nodes of all their segments: uses without number get little each. */
const MAX_STATES_TOGETHER = 100_000;
const MAX_NODES_TOGETHER = 120_000;

/** One route, run. */
export interface RouteVerdict {
	readonly verdict: Extract<Verdict, "held" | "guarded" | "exposed" | "unknown">;
	readonly wide: WideRoute;
	readonly assembled: Assembled;
	readonly exploration: Exploration;
	/** What makes it right, when it is `guarded`. */
	readonly guarantee?: GuaranteeName;
	/** Whether the use is reached with the mm at all on this route. */
	readonly reached: boolean;
	readonly flags: Flags;
}

export interface Judged {
	readonly use: FoundUse;
	readonly routes: readonly RouteVerdict[];
	readonly lost: readonly Lost[];
	/** Ways on which the pointer is NULL. */
	readonly nulls: number;
	/** A contract at the definition of the function whose callers are not in view. */
	readonly contract: boolean;
}

/** A use that is being judged. */
interface Asking {
	readonly program: Program;
	readonly use: FoundUse;
	readonly features: KernelFeatures;
	/** A comment says what callers must hold. */
	readonly contract: boolean;
	readonly work: Work;
	readonly maxNodes: number;
	readonly maxStates: number;
}

/** Runs all routes to a use. */
export function judge(program: Program, use: FoundUse, features: KernelFeatures, work: Work): Judged {
	const found = routesTo(program, use.fn, use.mm);
	const contract = contractFor(program, use, found);
	const asking: Asking = {
		program,
		use,
		features,
		contract: contract !== undefined,
		work,
		...boundsOf(program, use),
	};
	const routes = (contract ? [contract] : found.routes).flatMap((route) => widenRoute(program, route));
	const tooMany = routes.length > MAX_ROUTES ? [{ why: `more than ${MAX_ROUTES} ways lead here through its callers`, fn: use.fn }] : [];
	const verdicts = routes.slice(0, MAX_ROUTES).map((wide) => runRoute(asking, wide));
	return {
		use,
		routes: verdicts,
		/* that nobody is in view who calls it is what a contract rests on */
		lost: [...(contract ? [] : [...found.lost, ...tooMany]), ...lostUnread(program, use)],
		nulls: found.nulls,
		contract: contract !== undefined,
	};
}

/** What was asked for on the way, and was not read since too many files hold it. */
function lostUnread(program: Program, { fn }: FoundUse): readonly Lost[] {
	return program.unread().map((need) => ({ why: `too many files hold ${describeNeed(need)} to read them all`, fn }));
}

function describeNeed(need: Need): string {
	switch (need.need) {
		case "name":
			return `the name \`${need.name}\``;
		case "tag":
			return `a struct \`${need.tag}\``;
		case "field":
			return `a store to a field \`${need.field}\``;
		case "call":
			return `a call through a field \`${need.field}\``;
		case "include":
			return `an include of \`${need.file}\``;
	}
}

/** How far the routes to one use are followed; less where a function has very many uses. */
function boundsOf(program: Program, { fn }: FoundUse): Pick<Asking, "maxNodes" | "maxStates"> {
	const uses = Math.max(1, usesIn(program, fn).length);
	return {
		maxNodes: Math.min(MAX_SEGMENT, Math.ceil(MAX_NODES_TOGETHER / uses)),
		maxStates: Math.min(MAX_STATES, Math.ceil(MAX_STATES_TOGETHER / uses)),
	};
}

/** The function of the use takes the mm as a parameter, nobody in view calls it, and a comment says what callers must hold. */
function contractFor(program: Program, use: FoundUse, found: Routes): Route | undefined {
	if (found.routes.length > 0 || found.lost.length === 0) return undefined;
	const given = commentAbove(use.fn)?.names === "caller" ? givenByCallers(program, use) : undefined;
	if (given === undefined) return undefined;
	return {
		captures: [],
		use: { top: use.fn, context: "owner", forced: new Map(), path: [use.fn], given },
		origin: { kind: "current" },
	};
}

/** The parameter by which callers that are not in view give the mm; undefined when it comes from elsewhere, or a caller is in view. */
export function givenByCallers(program: Program, use: FoundUse): string | undefined {
	const [source] = sourcesOf(program, use.fn, use.mm);
	if (source?.kind !== "param" || source.fn !== use.fn || activationsOf(program, use.fn).callers.length > 0) return undefined;
	return use.fn.facts.params[source.index]?.name;
}

/** Every segment as seen from the callers that change its references. */
function widenRoute(program: Program, route: Route): readonly WideRoute[] {
	const last = route.captures.at(-1);
	const captures = route.captures.map((capture) => widen(program, capture, capture.slot));
	const uses = last ? widen(program, route.use, last.slot) : [route.use];
	let combinations: WideRoute[] = uses.map((use) => ({ captures: [], use, route }));
	for (const choices of captures)
		combinations = combinations.flatMap((made) => choices.map((capture) => ({ ...made, captures: [...made.captures, capture] })));
	return combinations;
}

function runRoute(asking: Asking, wide: WideRoute): RouteVerdict {
	const { program, use, work, features, maxNodes } = asking;
	const plain = runWith(asking, wide, NO_FLAGS);
	if (plain.verdict === "held" || plain.verdict === "unknown" || wide.captures.length === 0) return plain;
	/* A function that only processes run never borrows in a kernel thread: what it tests of current decides. */
	if (wide.use.context === "kthread" && testsCurrent(plain.assembled) && roleOf(program, wide.use.top) === "process")
		return runWith(asking, { ...wide, use: { ...wide.use, context: "process" } }, NO_FLAGS);
	if (plain.verdict !== "exposed") return plain;
	/* A flag that tells the ways through a capture apart may be known whenever the use runs. */
	const candidates = program.quietly(() =>
		flagsTestedIn(program, [...new Set([...wide.captures.flatMap((capture) => capture.path), ...wide.use.path])]),
	);
	if (candidates.length === 0) return plain;
	const tested = testedKeys(assemble(program, work.compilations, wide, use, { slots: candidates, values: {} }, features, maxNodes));
	const telling = candidates.filter((slot) => tested.some((key) => dependsOn(key, flagKey(slot)) || key === flagKey(slot)));
	const slots = telling.filter((slot) => isSetOnce(program, slot));
	const common = telling.filter((slot) => isTooCommon(program, slot));
	if (slots.length === 0) return { ...plain, flags: { ...NO_FLAGS, common } };
	const values = flagValuesIn(program, wide.use.top, slots);
	return runWith(asking, wide, { slots, values, common });
}

function worseOf(checked: Exploration, tables: Exploration): Exploration {
	return checked.result === "proved" ? tables : checked;
}

/** Whether the using thread asks whose mm it runs on. */
function testsCurrent(assembled: Assembled): boolean {
	return assembled.use.thread.code.some((code) => {
		if (code.do !== "branch") return false;
		return code.on.test === "equal" ? code.on.left === CURRENT_MM || code.on.right === CURRENT_MM : code.on.key === CURRENT_MM;
	});
}

/** Shared flags that the captures set or branch on after everything that does not matter was cut away. */
function testedKeys(assembled: Assembled): readonly Key[] {
	const keys = new Set<Key>();
	for (const { thread } of assembled.captures)
		for (const code of thread.code) {
			if (code.do === "branch" && code.on.test !== "equal") keys.add(code.on.key);
			if (code.do === "set") keys.add(code.target);
		}
	return [...keys].filter((key) => key.startsWith("@"));
}

function runWith({ program, use, features, contract, work, maxNodes, maxStates }: Asking, wide: WideRoute, flags: Flags): RouteVerdict {
	const assembled = assemble(program, work.compilations, wide, use, flags, features, maxNodes);
	const own = assembled.use.uses.filter((known) => known.call === use.call).map(({ index }) => index);
	const uses = own.length === 0 ? {} : { uses: new Set(own) };
	const blame = assembled.use.thread.name;
	const run = (exitAio: boolean, release: boolean, properties: readonly Property[]): Exploration =>
		assembled.bound !== undefined
			? { result: "bounded", states: 0, bound: assembled.bound }
			: work.explorations.explore(assembled.program, { maxStates, barriers: { exitAio, release }, properties, blame, ...uses });
	const tables = run(true, true, ["page-tables"]);
	/* a use that finds its page tables may still have got there by touching a struct that was free, or by resurrecting it */
	const exploration = tables.result === "proved" ? worseOf(run(true, true, ["struct-freed", "from-zero"]), tables) : tables;
	const thread = assembled.program.threads.length - 1;
	const reached = exploration.result !== "proved" || own.some((index) => exploration.uses.has(`${thread}:${index}`));
	const common = { wide, assembled, exploration, reached, flags };
	if (exploration.result === "violated") return { ...common, verdict: "exposed" };
	if (exploration.result === "bounded") return { ...common, verdict: "unknown" };
	if (contract) return { ...common, verdict: "guarded", guarantee: "caller" };
	/* what keeps the page tables is mm_users; a barrier may still be what keeps the struct */
	if (run(false, false, ["page-tables"]).result === "proved") return { ...common, verdict: "held" };
	const guarantee: GuaranteeName = run(true, false, ["page-tables"]).result === "proved" ? "exit_aio" : "notifier-release";
	return { ...common, verdict: "guarded", guarantee };
}

/** How the use goes well on a route, while the owner lives on, up to the end of its thread; undefined when it is never reached so. */
export function witnessOf(
	program: Program,
	{ use }: Judged,
	{ assembled, wide }: RouteVerdict,
	{ compilations, witnesses }: Work,
): readonly ExploredStep[] | undefined {
	if (assembled.bound !== undefined) return undefined;
	/* what comes after the use decides nothing, and was left out */
	const whole = program.quietly(() =>
		compilations.compile({ as: "use", segment: wide.use, options: assembled.useOptions, call: use.call, until: "end" }),
	);
	const threads = [...assembled.program.threads.slice(0, -1), whole.thread];
	const nodes = whole.uses.filter((known) => known.call === use.call).map(({ index }) => index);
	const { maxStates } = boundsOf(program, use);
	const options = { maxStates: Math.min(MAX_WITNESS_STATES, maxStates), barriers: { exitAio: true, release: true } };
	return witnesses.find({ ...assembled.program, threads }, options, { thread: whole.thread.name, nodes: new Set(nodes) });
}

/** Who owns references in one function and what it calls: all ways through its graph. */

import type { WordRole } from "../../facts/index.ts";
import type { Expr, Stmt } from "../../facts/types.ts";
import { NAMES } from "../../kernel/identifiers.ts";
import type { Act } from "../../kernel/types.ts";
import type { Key, Site } from "../../model/program.ts";
import { NULL } from "../../model/values.ts";
import { activationsOf } from "../../program/callers.ts";
import { Memo } from "../../program/memo.ts";
import { bare, type CallExpr, occurrencesIn } from "../../program/occurrences.ts";
import type { FunctionDef, Program } from "../../program/program.ts";
import { isMm, localsOf } from "../../program/typing.ts";
import { everyStmt } from "../../program/walk.ts";
import { type Frame, siteAt } from "../frame.ts";
import { Builder, label, type Node, nodesOf } from "../graph.ts";
import { lowerStatements } from "../lower-statements.ts";
import type { Lowering, Owning } from "../lowering.ts";
import { readsOf } from "../nodes.ts";
import { explore } from "./explore.ts";
import { makePlaceOf, mayHoldMm } from "./fields.ts";
import { judgeEvent } from "./judge-event.ts";
import type { Path } from "./path.ts";
import { roleOfOwner } from "./role.ts";
import { addProblem, caseOf, type Findings, passOn, settle, settleFailing } from "./settle.ts";
import { ERROR, type Event } from "./take-step.ts";
import type { Ownership, ReferenceKind } from "./types.ts";

/** Acts by which a function can change who owns a reference. */
export const OWNING_ACTS: ReadonlySet<Act["act"]> = new Set<Act["act"]>(["step", "produce", "notifier-register", "notifier-get"]);

/** Calls are looked through this deep for something that changes who owns what. */
const DEPTH = 3;

/** A function with more nodes than this, with what it calls, is given up. */
const MAX_NODES = 4_000;

const NOTHING: Ownership = { problems: [], effects: [], passesOn: false, changesGiven: false, entered: [], putsUnknown: [] };

const known = new Memo<FunctionDef, Ownership>();
const owningWords = new Memo<"", readonly (readonly [WordRole, string])[]>();
const active = new WeakMap<Program, Set<FunctionDef>>();

/** Functions of which one has to be known for the other, one in the other: deeper than people write, and less than the stack holds. */
const MAX_UNDER_WAY = 128;

/** What a function does to references; found once. A function that is being looked at already says nothing of itself. */
export function ownershipOf(program: Program, fn: FunctionDef): Ownership {
	let within = active.get(program);
	if (!within) {
		within = new Set();
		active.set(program, within);
	}
	if (within.has(fn)) return NOTHING;
	if (within.size === MAX_UNDER_WAY) return { ...NOTHING, unclear: `calls are more than ${MAX_UNDER_WAY} deep` };
	within.add(fn);
	try {
		return known.answer(program, fn, () => program.quietly(() => find(program, fn)));
	} finally {
		within.delete(fn);
	}
}

/** A text by which a function is known. */
export function nameOfFunction({ file, facts }: FunctionDef): string {
	return `${file} ${facts.name}`;
}

/** The reference that the table promises of what a function of its own returns. */
export function contractOf(program: Program, { facts, file }: FunctionDef): ReferenceKind | undefined {
	const row = program.kernelFunction(facts.name, file);
	const act = row?.source.file === file ? row.acts.find((candidate) => candidate.act === "produce") : undefined;
	return act?.act === "produce" && !act.fresh && act.reference !== "none" ? act.reference : undefined;
}

/** Names whose call, perhaps some calls down, changes who owns what. */
function canReach(program: Program): (name: string) => boolean {
	const words = owningWords.answer(program, "", () =>
		[...program.withAliases(program.kernel.named((act) => OWNING_ACTS.has(act.act)))].map((name) => ["called", name] as const),
	);
	return program.reaching(words, DEPTH);
}

const MM_WORDS: readonly (readonly [WordRole, string])[] = [["type", NAMES.mm]];

/** Names of functions that, as their words tell, may get an mm or return one. */
function canHandle(program: Program): (name: string) => boolean {
	return program.reaching(MM_WORDS, 0);
}

const keeping = new Memo<FunctionDef, boolean>();

/** Whether a function stores an mm that it is given. */
function keepsMm(program: Program, fn: FunctionDef): boolean {
	return keeping.answer(program, fn, () => {
		const mms = new Set(fn.facts.params.filter((param) => isMm(program, { type: param.type, file: fn.file })).map(({ name }) => name));
		if (mms.size === 0) return false;
		const { stores, values } = occurrencesIn(program.bodyOf(fn));
		if (![...mms].some((name) => values.has(name))) return false;
		for (const list of stores.values())
			if (
				list.some(({ right }) => {
					const value = bare(right);
					return value.e === "name" && mms.has(value.name);
				})
			)
				return true;
		return false;
	});
}

/** Says that a function is too much, and why. */
type GiveUp = (why: string) => void;

/** Whether a call of the function can change who owns what for its caller; what is too large, or of too many states, makes its caller so. */
function enters(program: Program, fn: FunctionDef, giveUp?: GiveUp): boolean {
	if (keepsMm(program, fn) || isMm(program, { type: fn.facts.returns, file: fn.file })) return true;
	if (!canReach(program)(fn.facts.name)) return false;
	const own = ownershipOf(program, fn);
	if (own.unclear !== undefined) giveUp?.(own.unclear);
	return own.passesOn || own.unclear !== undefined || own.effects.some(({ change }) => change !== "accesses" && change !== "derefs");
}

/** Whether a caller gets something else back than it gave: what a function takes for itself and keeps is not its caller's. */
function changesCaller(program: Program, fn: FunctionDef, giveUp: GiveUp): boolean {
	if (!enters(program, fn, giveUp)) return false;
	const own = ownershipOf(program, fn);
	return own.changesGiven || own.unclear !== undefined || own.effects.some(({ change }) => change === "gives" || change === "after");
}

/** What is too much with all that it calls may not be without what the others keep to themselves. */
function find(program: Program, fn: FunctionDef): Ownership {
	const whole = findEntering(program, fn, (def, giveUp) => enters(program, def, giveUp));
	if (whole.unclear === undefined) return whole;
	const less = findEntering(program, fn, (def, giveUp) => changesCaller(program, def, giveUp));
	return less.unclear === undefined ? less : whole;
}

function findEntering(program: Program, fn: FunctionDef, isEntered: (def: FunctionDef, giveUp: GiveUp) => boolean): Ownership {
	const body = program.bodyOf(fn);
	const builder = new Builder();
	let tooMuch: string | undefined;
	const giveUp: GiveUp = (why) => {
		tooMuch ??= why;
	};
	const owning: Owning = {
		mayEnter: (name) => canReach(program)(name) || canHandle(program)(name),
		enters: (def) => tooMuch === undefined && isEntered(def, giveUp),
		fields: new Map(),
		mmFields: new Set(),
		calls: new Map(),
		entered: new Set([fn]),
	};
	const low: Lowering = {
		builder,
		program,
		context: "process",
		uses: false,
		forced: new Map(),
		producesTracked: true,
		fillsArray: false,
		slots: [],
		flags: [],
		slotKeys: new Map(),
		registrations: [],
		firstNotifier: 0,
		useNodes: [],
		holdsRequest: false,
		completes: false,
		ownWork: [],
		skipped: new Set(),
		maxNodes: MAX_NODES,
		frames: 0,
		owning,
	};
	const frame: Frame = {
		fn,
		id: 0,
		params: new Map(),
		start: label(),
		end: label(),
		result: "return#0",
		labels: new Map(),
		aliases: new Map(),
		body,
	};
	builder.place(frame.start);
	lowerStatements(low, frame, body, {});
	builder.place(frame.end);
	const site = siteAt(frame, fn.facts.end - fn.facts.start - 1, "return");
	builder.append({ kind: "end", site, next: [] });
	if (tooMuch !== undefined) return { ...NOTHING, unclear: tooMuch };
	if (builder.size > MAX_NODES) return { ...NOTHING, unclear: `more than ${MAX_NODES} steps` };
	return walk(program, fn, builder.start, owning, low.skipped);
}

function walk(program: Program, fn: FunctionDef, start: Node, owning: Owning, skipped: ReadonlySet<string>): Ownership {
	const locals = localsOf(program.bodyOf(fn));
	const params = fn.facts.params.map(({ name }) => name);
	const isOwn = (key: Key): boolean =>
		!/->|[.[*]/.test(key.replace(/^\$[\d.]+/, "")) && (/[#$]/.test(key) || locals.has(key) || params.includes(key));
	const contract = contractOf(program, fn);
	const findings: Findings = {
		name: fn.facts.name,
		calls: owning.calls,
		placeOf: makePlaceOf(program, owning.fields, params, isOwn),
		problems: new Map(),
		effects: new Map(),
		putsUnknown: new Set(),
		passesOn: false,
		changesGiven: false,
		keeping: [],
		failing: [],
		...(contract === undefined ? {} : { contract }),
		role: () => roleOfOwner(program, fn),
		discarded: discardedIn(nodesOf(start)),
		isLookedAt: (site) => {
			const known = owning.calls.get(site);
			return known !== undefined && !standsAlone(program.bodyOf(known.fn), known.call);
		},
	};
	const borrowing = borrowingOf(program, fn, start);
	const siteOf = (node: Node): Site | undefined => ("site" in node ? node.site : undefined);
	const endSite = nodesOf(start).flatMap((node) => (node.kind === "end" ? [node.site] : []))[0];
	const result = "return#0";
	const isPointer = fn.facts.returns.stars > 0;
	const isFailure = (code: number): boolean => code === ERROR || (isPointer && code === NULL);
	const unclear = explore(start, result, {
		isKept: makeOnce((key) => !isOwn(key) && mayHoldMm(program, owning.fields, key)),
		isMmField: (key) => owning.mmFields.has(key),
		isGiven: (key) => params.includes(key),
		tell: (event) => {
			judgeEvent(findings, event);
			borrowing(findings, event);
		},
		leave: (path, mm, at) => {
			const site = siteOf(at) ?? endSite;
			if (site) settle(findings, path, mm, site, false);
		},
		end: (path, at) => {
			const site = siteOf(at) ?? endSite;
			if (!site) return;
			for (const mm of path.mms.keys()) {
				/* a thread that never gives back what it borrowed puts it when it exits */
				if (path.using?.mm === mm) path.change(mm, { escaped: true });
				settle(findings, path, mm, site, path.env.get(result) === mm, isFailure(path.code(result)));
			}
			endBorrowing(findings, path, site, borrowing.isChecked);
		},
	});
	settleFailing(findings);
	const missed = [...skipped].filter((name) => program.functionsNamed(name, fn.file).some(owning.enters));
	const why = unclear ?? (missed.length > 0 ? `${missed[0]}() is not looked into` : undefined);
	return {
		problems: why === undefined ? [...findings.problems.values()] : [],
		effects: [...findings.effects.values()],
		passesOn: findings.passesOn,
		changesGiven: findings.changesGiven,
		entered: [...owning.entered].map(nameOfFunction),
		putsUnknown: [...findings.putsUnknown],
		...(why === undefined ? {} : { unclear: why }),
	};
}

/** Whether a call is a statement, or what a variable is set to. */
function standsAlone(body: readonly Stmt[], call: CallExpr): boolean {
	const isCall = (expr: Expr | undefined): boolean => expr?.e === "call" && expr.at === call.at;
	for (const stmt of everyStmt(body)) {
		if (stmt.s === "declare" && isCall(stmt.init)) return true;
		if (stmt.s !== "expr") continue;
		if (isCall(stmt.expr) || (stmt.expr.e === "assign" && isCall(stmt.expr.right))) return true;
	}
	return false;
}

/** Calls whose result is read nowhere. */
function discardedIn(nodes: readonly Node[]): ReadonlySet<Site> {
	const read = new Set(nodes.flatMap((node) => readsOf(node)));
	return new Set(
		nodes.flatMap((node) => (node.kind === "step" && node.op === "mmgetnz" && !read.has(node.result ?? "") ? [node.site] : [])),
	);
}

function makeOnce(find: (key: Key) => boolean): (key: Key) => boolean {
	const known = new Map<Key, boolean>();
	return (key) => {
		const answer = known.get(key) ?? find(key);
		known.set(key, answer);
		return answer;
	};
}

/** Says what is wrong with uses and unuses: whether they are paired. `isChecked`: the pair has to be whole in this function. */
function borrowingOf(
	program: Program,
	fn: FunctionDef,
	start: Node,
): ((findings: Findings, event: Event) => void) & { isChecked: boolean } {
	const ops = new Set(nodesOf(start).flatMap((node) => (node.kind === "step" ? [node.op] : [])));
	const isPaired = ops.has("use") && ops.has("unuse");
	const isChecked = (ops.has("use") || ops.has("unuse")) && (isPaired || activationsOf(program, fn).callers.length === 0);
	const judge = (findings: Findings, { path, mm, op, site, event }: Event): void => {
		if (event !== "step" || (op !== "use" && op !== "unuse")) return;
		const at = caseOf(findings, path, mm);
		if (!at) return;
		if (op === "unuse" && !path.using) passOn(findings);
		if (!isChecked) return;
		if (op === "use" && path.using)
			addProblem(findings, at, "use-unbalanced", site, "an mm is borrowed already", { other: path.using.site });
		if (op === "unuse" && !path.using) addProblem(findings, at, "use-unbalanced", site, "nothing is borrowed on this way");
	};
	return Object.assign(judge, { isChecked });
}

function endBorrowing(findings: Findings, path: Path, site: Site, isChecked: boolean): void {
	if (!path.using) return;
	passOn(findings);
	const at = caseOf(findings, path, path.using.mm);
	const end = { site, text: "the function ends" };
	if (isChecked && at) addProblem(findings, at, "use-unbalanced", path.using.site, "a way leads out without giving it back", { end });
}

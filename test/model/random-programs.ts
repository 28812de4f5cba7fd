/** Random mm programs, for properties that hold of any. */

import fc from "fast-check";
import type { Operation } from "../../server/src/model/operation.ts";
import type { Instruction, MmProgram, Site, Test, Thread, Value } from "../../server/src/model/program.ts";

const KEYS = ["mm", "x", "@shared", "current->mm"];
const VALUES: readonly Value[] = ["null", "true", "false", "error", "other", "stack", "heap", "freed", "mm:A", "mm:B"];
const OPS: readonly Operation[] = [
	"mmget",
	"mmgetnz",
	"mmput",
	"mmgrab",
	"mmdrop",
	"mmgettask",
	"mm_alloc",
	"use",
	"copy",
	"unuse",
	"notify",
	"unnotify",
	"aio",
	"aiodone",
	"iouring",
	"mmputa",
];
const LENGTH = 6;

const key = fc.constantFrom(...KEYS);
const target = fc.integer({ min: 0, max: LENGTH });
const value = fc.constantFrom(...VALUES);
const site = (line: number): Site => ({ file: "p.c", function: "f", line, column: 1, text: "" });

const condition: fc.Arbitrary<Test> = fc.oneof(
	key.map((k): Test => ({ test: "truth", key: k })),
	fc.tuple(key, key).map(([left, right]): Test => ({ test: "equal", left, right })),
	key.map((k): Test => ({ test: "error", key: k })),
	key.map((k): Test => ({ test: "error-or-null", key: k })),
	fc.tuple(key, value).map(([k, v]): Test => ({ test: "is", key: k, value: v })),
);

/** One instruction; most go on to the next. */
function instruction(at: number): fc.Arbitrary<Instruction> {
	const next = fc.oneof({ weight: 5, arbitrary: fc.constant(at + 1) }, { weight: 1, arbitrary: target });
	const stepOf = fc
		.record({
			op: fc.constantFrom(...OPS),
			mm: fc.constantFrom("mm", "mm", "x", "@shared"),
			result: fc.option(key, { nil: undefined }),
			next,
		})
		.map((s): Instruction => {
			const arg = s.op === "notify" || s.op === "unnotify" ? { arg: 0 } : {};
			return {
				do: "step",
				op: s.op,
				mm: s.mm,
				...(s.result === undefined ? {} : { result: s.result }),
				...arg,
				site: site(at),
				next: s.next,
			};
		});
	const setOf = fc.record({ target: key, copy: key, is: value, way: fc.integer({ min: 0, max: 2 }), next }).map((s): Instruction => {
		const assigned = s.way === 0 ? { is: s.is } : s.way === 1 ? { copy: s.copy } : ({ unknown: true } as const);
		return { do: "set", target: s.target, value: assigned, site: site(at), next: s.next };
	});
	const branchOf = fc
		.record({ on: condition, yes: target, no: target })
		.map((b): Instruction => ({ do: "branch", on: b.on, then: b.yes, else: b.no, site: site(at) }));
	const anyOf = fc.array(target, { maxLength: 2 }).map((to): Instruction => ({ do: "any", next: to, site: site(at) }));
	return fc.oneof(
		{ weight: 6, arbitrary: stepOf },
		{ weight: 1, arbitrary: setOf },
		{ weight: 2, arbitrary: branchOf },
		{ weight: 1, arbitrary: anyOf },
	);
}

function threadOf(name: string, after: string | undefined): fc.Arbitrary<Thread> {
	const code = fc.tuple(...Array.from({ length: LENGTH }, (_, at) => instruction(at)));
	return fc
		.record({ code, context: fc.constantFrom("owner" as const, "process" as const, "kthread" as const), known: fc.boolean() })
		.map((t): Thread => {
			const lines: readonly Instruction[] = [...t.code, { do: "end", site: site(LENGTH) }];
			const initial: Record<string, Value> = t.known
				? { mm: "mm:A", x: "mm:B", "current->mm": t.context === "owner" ? "mm:A" : "null" }
				: { mm: "mm:A" };
			return {
				name,
				context: t.context,
				code: lines,
				start: 0,
				initial,
				live: lines.map(() => new Set(KEYS)),
				...(after === undefined ? {} : { after: { thread: after, slot: "mm", as: ["mm"] } }),
			};
		});
}

/** Any two small threads over an mm of a process and one that may be allocated. */
export const anyProgram: fc.Arbitrary<MmProgram> = fc
	.record({
		one: threadOf("one", undefined),
		two: fc.boolean().chain((waits) => threadOf("two", waits ? "one" : undefined)),
		both: fc.boolean(),
		stops: fc.boolean(),
		useCounts: fc.constantFrom("lazy" as const, "always" as const),
	})
	.map((p) => ({
		mms: [
			{ name: "A", owner: "process" as const },
			{ name: "B", owner: "none" as const },
		],
		threads: p.both ? [p.one, p.two] : [p.one],
		notifiers: [{ release: "r", ...(p.stops ? { stops: "two" } : {}) }],
		useCounts: p.useCounts,
	}));

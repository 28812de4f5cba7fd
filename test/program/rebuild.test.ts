/** A program takes over what it can from the one before it. Nobody may notice. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/src/analysis/index.ts";
import type { SourceFile, Tree } from "../../server/src/analysis/snapshot.ts";
import { findUses } from "../../server/src/checker/uses.ts";
import type { Pieces } from "../../server/src/facts/index.ts";
import { functionSlots, kernelFunctions } from "../../server/src/kernel/index.ts";
import { KernelTable } from "../../server/src/program/kernel-table.ts";
import { Program } from "../../server/src/program/program.ts";
import { readPieces } from "../facts/parse.ts";
import { driver } from "../invariants/driver.ts";

const STRUCT = "struct job { struct mm_struct *mm; struct work_struct work; void (*run)(struct job *job); int on; };";
const BORROW = "#define BORROW(m) kthread_use_mm(m)";
const USER = `#include "job.h"
static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	BORROW(job->mm);
	job_note(job);
	kthread_unuse_mm(job->mm);
	if (job->run)
		job->run(job);
	PUT(job->mm);
}
void job_start(struct job *job)
{
	INIT_WORK(&job->work, job_run);
	schedule_work(&job->work);
}
`;

/** The files of the tree, each with the texts that it may have; an empty one means that there is no such file. */
const FILES: Readonly<Record<string, readonly string[]>> = {
	"include/job.h": [
		`${STRUCT}\n${BORROW}\n#define PUT(m) mmput(m)\n`,
		`${STRUCT}\n${BORROW}\n#define PUT(m) mmdrop(m)\nstatic inline void job_note(struct job *job) { job->on = 1; }\n`,
		`struct job { struct work_struct work; };\n#define BORROW(m) job_note(m)\n#define PUT release_mm\n`,
		`${STRUCT}\n#define BORROW(m) ENTER(m)\n#define ENTER(m) kthread_use_mm(m)\n#define CALL(f, m) do { f(m); mmgrab(m); } while (0)\n`,
		"",
	],
	"near/job.h": ["", `${STRUCT}\n#define BORROW(m) use_mm(m)\n`, `#define ENTER(m) job_note(m)\ntypedef struct { int on; } job_t;\n`],
	"near/user.c": [
		USER,
		`\n\n${USER}`,
		USER.replace('"job.h"', "<job.h>"),
		`${BORROW}\n${USER}`,
		`static void mmput(struct mm_struct *mm) { }\n${USER}`,
		"",
	],
	/* the same text, and with it the same facts, in two places */
	"far/user.c": ["", USER, `\n\n${USER}`],
	"near/make.c": [
		`#include <job.h>
long job_make(struct job *job) { PUT(job->mm); mmget(current->mm); job->mm = current->mm; job_start(job); return 0; }
`,
		`#include "job.h"
static long make(struct file *file) { struct job job = { .mm = current->mm, .run = job_note }; CALL(mmget, job.mm); job_start(&job); return 0; }
static const struct file_operations fops = { .unlocked_ioctl = make };
`,
		`#define mine mmget\nlong job_make(struct job *job) { mine(current->mm); job->mm = current->mm; job_start(job); return 0; }\n`,
		`void job_start(struct job *job) { }\n`,
		"",
	],
	"far/note.c": [
		`void job_note(struct job *job) { job->run = job_note; job->mm = NULL; }\n`,
		`#define ENTER(m) kthread_use_mm(m)\nvoid job_note(struct job *job) { ENTER(job->mm); }\n`,
		`#define release_mm mmput\n#define borrow kthread_use_mm\nvoid job_note(struct job *job) { borrow(job->mm); release_mm(job->mm); }\n`,
	],
	...Object.fromEntries(
		["a", "b", "c", "d", "e"].map((prefix) => [
			`lib/${prefix}.c`,
			[driver({ prefix }), driver({ prefix, take: "mmget" }), driver({ prefix, use: "BORROW(w->mm);" }), ""],
		]),
	),
};
const PATHS = Object.keys(FILES);
const NAMES = [
	...["job_note", "job_start", "job_make", "job_run", "make", "mmput", "mmget", "mmgrab", "mmdrop", "use_mm", "kthread_use_mm"],
	...["BORROW", "ENTER", "CALL", "PUT", "borrow", "mine", "release_mm", "job", "job_t", "fops", "mm", "run", "on", "a_run", "b_run"],
];

const known = new Map<string, Pieces>();
const textOf = new Map<Pieces, string>();
function piecesOnce(path: string, text: string): Pieces {
	const key = `${path}\0${text}`;
	const pieces = known.get(key) ?? readPieces(text);
	known.set(key, pieces);
	textOf.set(pieces, text);
	return pieces;
}

function treeOf(files: ReadonlyMap<string, SourceFile>): Tree {
	return { files, has: (path) => files.has(path), text: () => undefined };
}

/** The same texts, read again: objects that nobody has seen yet. */
function unseen(files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, SourceFile> {
	return new Map([...files].map(([path, { pieces }]) => [path, { path, pieces: readPieces(textOf.get(pieces) ?? "") }]));
}

/** Everything that a program says about the names, from every file. */
function answersOf(tree: Tree, version: string): unknown {
	const kernel = new KernelTable(kernelFunctions(version, {}), functionSlots(version));
	const program = new Program(tree, kernel);
	const uses = findUses(program);
	const paths = [...tree.files.keys()];
	const byName = NAMES.map((name) => [
		program.callsNamed(name),
		program.callsThrough(name),
		program.storesTo(name),
		program.initializing(name),
		[...program.withAliases([name])].sort(),
		[...program.macrosCalling([name])].sort(),
		paths.map((from) => [
			program.kernelFunction(name, from)?.name,
			program.macro(name, from),
			program.struct(name, from),
			program.typedef(name, from),
			program.variable(name, from),
			program.functionsNamed(name, from).map((fn) => [fn, program.bodyOf(fn)]),
			program.functionsNamed(name, from).map((fn) => [program.callsOf(fn), program.tablesWith(fn), program.mentionsOf(fn)]),
		]),
	]);
	return {
		uses,
		byName,
		needs: program
			.needs()
			.map((need) => JSON.stringify(need))
			.sort(),
	};
}

function reportOf(tree: Tree, kernel: string): unknown {
	const { report, needs } = analyse(tree, { kernel, kernelForced: true, functions: {}, severity: {}, scope: [] });
	return { report, needs: needs.map((need) => JSON.stringify(need)).sort() };
}

/** What must be looked up when it is asked for. */
function callsIn(program: Program): unknown {
	return NAMES.map((name) => [program.callsNamed(name), program.storesTo(name), program.macro(name, "near/user.c")]);
}

const edit = fc.tuple(fc.constantFrom(...PATHS), fc.nat());
const kernels = fc.constantFrom("5.4.0", "6.1.0");

/** The tree after each edit. Files that come stand at the end, those that change stay where they are. */
function* statesOf(edits: readonly (readonly [string, number])[]): Iterable<ReadonlyMap<string, SourceFile>> {
	const files = new Map<string, SourceFile>();
	const put = (path: string, text: string | undefined): void => {
		if (text) files.set(path, { path, pieces: piecesOnce(path, text) });
		else files.delete(path);
	};
	for (const [path, [text]] of Object.entries(FILES)) put(path, text);
	yield new Map(files);
	for (const [path, choice] of edits) {
		const texts = FILES[path] as readonly string[];
		put(path, texts[choice % texts.length]);
		yield new Map(files);
	}
}

describe("a program built after files changed one by one", () => {
	it("answers as one built from scratch", () => {
		fc.assert(
			fc.property(fc.array(edit, { minLength: 1, maxLength: 14 }), kernels, (edits, kernel) => {
				for (const files of statesOf(edits)) expect(answersOf(treeOf(files), kernel)).toEqual(answersOf(treeOf(unseen(files)), kernel));
			}),
			{ numRuns: 20 },
		);
	});

	it("leads to the same report, whatever kernels took turns", () => {
		fc.assert(
			fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
				for (const files of statesOf(edits))
					for (const kernel of ["6.1.0", "5.4.0"]) expect(reportOf(treeOf(files), kernel)).toEqual(reportOf(treeOf(unseen(files)), kernel));
			}),
			{ numRuns: 8 },
		);
	});

	it("leaves the one before it as it was", () => {
		fc.assert(
			fc.property(edit, edit, (first, second) => {
				const [, before, after] = [...statesOf([first, second])];
				if (!before || !after) throw new Error("no state");
				const kernel = new KernelTable(kernelFunctions("6.1.0", {}), functionSlots("6.1.0"));
				const program = new Program(treeOf(before), kernel);
				new Program(treeOf(after), kernel);
				expect(callsIn(program)).toEqual(callsIn(new Program(treeOf(unseen(before)), kernel)));
			}),
			{ numRuns: 20 },
		);
	});

	it("keeps the identity of functions in files that did not change", () => {
		const kernel = new KernelTable(kernelFunctions("6.1.0", {}), functionSlots("6.1.0"));
		const [tree] = [...statesOf([])];
		if (!tree) throw new Error("no state");
		const before = new Program(treeOf(tree), kernel);
		const known = before.functionsNamed("job_start", "near/user.c");
		const changed = { path: "lib/a.c", pieces: readPieces("void nothing(void) { }") };
		const after = new Program(treeOf(new Map(tree).set("lib/a.c", changed)), kernel);
		expect(known).toHaveLength(1);
		expect(after.functionsNamed("job_start", "near/user.c")[0]).toBe(known[0]);
		expect(after.bodyOf(known[0] as (typeof known)[0])).toBe(before.bodyOf(known[0] as (typeof known)[0]));
		expect(after.functionsNamed("nothing", "lib/a.c")).toHaveLength(1);
		expect(after.functionsNamed("a_run", "lib/a.c")).toHaveLength(0);
	});
});

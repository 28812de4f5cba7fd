/** Holes are those of the texts: what was asked and edited before neither adds one nor takes one away. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openView } from "../../server/src/analysis/index.ts";
import type { Settings, Tree, View } from "../../server/src/analysis/snapshot.ts";
import type { Pieces } from "../../server/src/facts/index.ts";
import { readPieces } from "../facts/parse.ts";

const STRUCT = "struct job { struct mm_struct *mm; struct work_struct work; };";
const RUN = `static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	kthread_use_mm(job->mm);
	kthread_unuse_mm(job->mm);
}
void job_start(struct job *job) { INIT_WORK(&job->work, job_run); schedule_work(&job->work); }
`;
const CAPTURE = `void job_make(struct job *job)
{
	job->mm = current->mm;
	mmgrab(job->mm);
	job_start(job);
}
`;
/** Not understood, with brackets that match. */
const ODD = "void job_odd(struct job *job) { job->mm = current->mm @ 1; mmgrab(job->mm); job_start(job); }\n";

/** The files of the tree, each with the texts that it may have. */
const FILES: Readonly<Record<string, readonly string[]>> = {
	"job.h": [
		`${STRUCT}\n`,
		`${STRUCT}\n#define KEEP(m) do { (m) = current->mm; mmgrab(m); } while (0)\n`,
		`${STRUCT}\n#define KEEP(m) mmget(m)\nint odd @ odd;\n`,
	],
	"make.c": [`#include "job.h"\n${CAPTURE}`, `#include "job.h"\n${ODD}${CAPTURE}`, `#include "job.h"\n\n\n${CAPTURE}${ODD}`],
	"more.c": [
		'#include "job.h"\nint more;\n',
		'#include "job.h"\nvoid more(struct job *job) { KEEP(job->mm); @ 1; job_start(job); }\n',
		'#include "job.h"\n#define KEEP(m) mmgrab(m)\nvoid more(struct job *job) { KEEP(job->mm); @ 1; job_start(job); }\n',
		'#include "job.h"\nvoid more(struct job *job) { job->mm = current->mm;\n',
	],
	"run.c": [
		`#include "job.h"\n${RUN}`,
		`#include "job.h"\n\n${RUN}`,
		`#include "job.h"\nstatic int job_odder(void) { return @ 1; }\n${RUN}`,
	],
	"other.c": [RUN.replaceAll("job", "box"), `${STRUCT}\n${RUN}${ODD}${CAPTURE}`.replaceAll("job", "box")],
};
const PATHS = Object.keys(FILES);

/** What is told of a file, or of all. */
function holesIn(view: View, path: string): unknown {
	return path === "" ? view.judge([]).report.holes : [view.judge([path]).report.holes, view.holes(path)];
}

/** A tree, files of which get other texts. */
class Edited {
	readonly settings: Settings = { kernel: "6.1.0", kernelForced: true, functions: {}, severity: {}, scope: [] };
	readonly #texts = new Map(PATHS.map((path) => [path, FILES[path]?.[0] ?? ""]));
	readonly #pieces = new Map<string, Pieces>();

	put(path: string, choice: number): void {
		const texts = FILES[path] ?? [];
		const text = texts[choice % texts.length] ?? "";
		if (text === this.#texts.get(path)) return;
		this.#texts.set(path, text);
		this.#pieces.set(path, readPieces(text, this.#pieces.get(path)));
	}

	tree(): Tree {
		for (const [path, text] of this.#texts) if (!this.#pieces.has(path)) this.#pieces.set(path, readPieces(text));
		return this.#treeOf((path) => this.#pieces.get(path) as Pieces);
	}

	/** The same texts, never seen before. */
	fresh(): Tree {
		return this.#treeOf((path) => readPieces(this.#texts.get(path) ?? ""));
	}

	#treeOf(piecesOf: (path: string) => Pieces): Tree {
		const files = new Map(PATHS.map((path) => [path, { path, pieces: piecesOf(path) }]));
		return { files, has: (path) => files.has(path), text: (path) => this.#texts.get(path) };
	}
}

describe("holes", () => {
	it("of a file do not depend on what else was asked", () => {
		const edited = new Edited();
		edited.put("make.c", 1);
		const alone = openView(edited.tree(), edited.settings).judge(["make.c"]).report.holes;
		const after = openView(edited.fresh(), { ...edited.settings });
		expect(after.judge([]).report.holes).toContainEqual(expect.objectContaining({ file: "make.c" }));
		for (const path of PATHS) after.judge([path]).report;
		expect(after.judge(["make.c"]).report.holes).toEqual(alone);
	});

	it("are told again when an edit has left alone what they are about", () => {
		const edited = new Edited();
		edited.put("make.c", 1);
		const told = openView(edited.tree(), edited.settings).judge([]).report.holes;
		expect(told.map(({ file }) => file)).toEqual(["make.c"]);
		for (const choice of [2, 0]) {
			edited.put("more.c", choice);
			expect(openView(edited.tree(), edited.settings).judge([]).report.holes).toEqual(expect.arrayContaining([...told]));
		}
	});

	it("are those of a tree that was opened with the last texts, whatever was edited and asked before", () => {
		const asked = fc.constantFrom("", ...PATHS);
		const step = fc.record({ path: fc.constantFrom(...PATHS), choice: fc.nat(3), first: asked, then: asked });
		fc.assert(
			fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
				const edited = new Edited();
				for (const { path, choice, first, then } of steps) {
					edited.put(path, choice);
					const view = openView(edited.tree(), edited.settings);
					holesIn(view, first);
					expect(holesIn(view, then)).toEqual(holesIn(openView(edited.fresh(), { ...edited.settings }), then));
				}
			}),
			{ seed: 1, numRuns: 20 },
		);
	});
});

/** A tree that is edited for a long time: it says what a fresh one says, and keeps nothing of the texts that are gone. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { openView } from "../../server/src/analysis/index.ts";
import type { Settings } from "../../server/src/analysis/snapshot.ts";
import type { Report } from "../../server/src/analysis/types.ts";
import type { Pieces } from "../../server/src/facts/index.ts";
import { readPieces } from "../facts/parse.ts";
import { driver } from "../invariants/driver.ts";

const makeSettings = (): Settings => ({ kernel: "6.1", kernelForced: false, functions: {}, severity: {}, scope: [] });

function judge(settings: Settings, texts: Readonly<Record<string, string>>, pieces: ReadonlyMap<string, Pieces>): Report {
	const files = new Map([...pieces].map(([path, own]) => [path, { path, pieces: own }]));
	return openView({ files, has: (path) => path in texts, text: (path) => texts[path] }, settings).judge([]).report;
}

/** A session: each text of a file is read with what was known of the one before. */
class Edited {
	readonly #settings = makeSettings();
	readonly #texts = new Map<string, string>();
	readonly pieces = new Map<string, Pieces>();

	judge(texts: Readonly<Record<string, string>>): Report {
		for (const [path, text] of Object.entries(texts)) {
			if (this.#texts.get(path) !== text) this.pieces.set(path, readPieces(text, this.pieces.get(path)));
			this.#texts.set(path, text);
		}
		return judge(this.#settings, texts, this.pieces);
	}
}

function judgeAfresh(texts: Readonly<Record<string, string>>): Report {
	return judge(makeSettings(), texts, new Map(Object.entries(texts).map(([path, text]) => [path, readPieces(text)])));
}

const USER = `static int user(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return 0;
	give(mm);
	return 1;
}
`;
const GIVE = "static void give(struct mm_struct *mm)\n{\n\tgive_it(mm);\n}\n";

describe("what is typed later", () => {
	it("counts for a function that was judged before", () => {
		const session = new Edited();
		const steps = [
			USER,
			`static void give(struct mm_struct *mm)\n{\n}\n${USER}`,
			`static void give(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n${USER}`,
			`${GIVE}${USER}`,
			`static void give_it(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n${GIVE}${USER}`,
		];
		const said = steps.map((text) => {
			const { findings } = session.judge({ "a.c": text });
			expect(findings).toEqual(judgeAfresh({ "a.c": text }).findings);
			return findings.length;
		});
		expect(new Set(said)).toEqual(new Set([0, 1]));
	});

	it("leads to the verdict that it has in a fresh tree, wherever it stands", () => {
		const session = new Edited();
		const helper = (body: string): string =>
			`void lib_note(struct w *w)\n{\n\tlib_deeper(w);\n}\nvoid lib_deeper(struct w *w)\n{\n\t${body}\n}\n`;
		for (const body of ["", "mmput(w->mm);", "w->on = 1;", "mmget(w->mm);", ""]) {
			const texts = { "a.c": driver({ prefix: "a", use: "lib_note(w); kthread_use_mm(w->mm);" }), "lib.c": helper(body) };
			expect(session.judge(texts).uses).toEqual(judgeAfresh(texts).uses);
		}
	});
});

describe("what is told of one file", () => {
	const LIB = "void lib_give(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n";
	const LOCKED = USER.replace("give(mm);", "mmap_read_lock(mm);\n\tlib_give(mm);\n\tmmap_read_unlock(mm);");

	it("is what is told of it with all others, also where it only shows from another", () => {
		const texts = { "lib.c": LIB, "user.c": LOCKED };
		const files = new Map(Object.entries(texts).map(([path, text]) => [path, { path, pieces: readPieces(text) }]));
		const view = openView({ files, has: (path) => files.has(path), text: (path) => texts[path as keyof typeof texts] }, makeSettings());
		const own = view.judge(["lib.c"]).report.findings;
		expect(own.map(({ rule, file }) => [rule, file])).toEqual([["put-may-deadlock", "lib.c"]]);
		expect(own).toEqual(view.judge([]).report.findings.filter(({ file }) => file === "lib.c"));
	});
});

describe("arms of an #if", () => {
	it("are told together, from whichever file is asked about", () => {
		const arms = `#ifdef CONFIG_A
static int user(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	mmap_read_lock(mm);
	lib_give(mm);
	mmap_read_unlock(mm);
#else
static int user(struct task_struct *task, int other)
{
	struct mm_struct *mm = get_task_mm(task);

	mmput(mm);
#endif
	return 1;
}
`;
		const texts = { "lib.c": "void lib_give(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n", "user.c": arms };
		const view = (): ReturnType<typeof openView> => {
			const files = new Map(Object.entries(texts).map(([path, text]) => [path, { path, pieces: readPieces(text) }]));
			return openView({ files, has: (path) => files.has(path), text: (path) => texts[path as keyof typeof texts] }, makeSettings());
		};
		const whole = view()
			.judge([])
			.report.findings.filter(({ file }) => file === "lib.c");
		expect(view().judge(["lib.c"]).report.findings).toEqual(whole);
	});
});

describe("what only moves", () => {
	it("keeps its comments", () => {
		const session = new Edited();
		const use = "w->on = 1;\n\t/* exit_aio() waits for the request */\n\tkthread_use_mm(w->mm);";
		for (const lines of [0, 1, 2, 3, 0]) {
			const texts = { "a.c": `${"\n".repeat(lines)}${driver({ prefix: "a", use })}` };
			const { uses, findings } = session.judge(texts);
			expect({ uses, findings }).toMatchObject({ uses: judgeAfresh(texts).uses, findings: judgeAfresh(texts).findings });
			expect(findings[0]?.message).toContain("exit_aio()");
		}
	});
});

describe("what is undone", () => {
	it("is what it was, and is not found out anew", () => {
		const session = new Edited();
		const text = driver({ prefix: "a", use: "kthread_use_mm(w->mm);" });
		const edited = driver({ prefix: "a", use: "mmget(w->mm); kthread_use_mm(w->mm);" });
		const said = [text, edited, text].map((source) => {
			const { uses } = session.judge({ "a.c": source });
			expect(uses).toEqual(judgeAfresh({ "a.c": source }).uses);
			return uses[0];
		});
		expect(said[1]).not.toEqual(said[0]);
		expect(said[0]?.trace).toBeDefined();
		expect(said[2]?.trace).toBe(said[0]?.trace);
	});
});

describe("what is gone", () => {
	it("is forgotten, with all that was known of it", async () => {
		setFlagsFromString("--expose-gc");
		const collect = runInNewContext("gc") as () => void;
		const session = new Edited();
		const gone: WeakRef<object>[] = [];
		for (let n = 0; n < 12; n++) {
			session.judge({ "a.c": `${"\n".repeat(n)}${driver({ prefix: "a" })}`, "b.c": driver({ prefix: "b" }) });
			gone.push(new WeakRef(session.pieces.get("a.c") as object));
			await new Promise((resolve) => setImmediate(resolve));
		}
		collect();
		const kept = gone.filter((text) => text.deref() !== undefined).length;
		expect(kept).toBeLessThan(5);
	});

	it("is forgotten too where many texts were read together", async () => {
		setFlagsFromString("--expose-gc");
		const collect = runInNewContext("gc") as () => void;
		const session = new Edited();
		const texts: { [path: string]: string } = Object.fromEntries(
			Array.from({ length: 40 }, (_, n) => [`${n}.c`, driver({ prefix: `p${n}` })]),
		);
		session.judge(texts);
		const gone = Array.from({ length: 12 }, (_, n) => new WeakRef(session.pieces.get(`${n}.c`) as object));
		for (let n = 0; n < 12; n++) {
			session.judge(Object.assign(texts, { [`${n}.c`]: `\n${texts[`${n}.c`]}` }));
			await new Promise((resolve) => setImmediate(resolve));
		}
		collect();
		const kept = gone.filter((text) => text.deref() !== undefined).length;
		expect(kept).toBeLessThan(5);
	});
});

import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import type { FileJudgement, TreeSession } from "../../server/src/workspace/session.ts";
import { Sessions } from "../../server/src/workspace/sessions.ts";
import { EXAMPLES } from "../examples/roots.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const NEVER = new AbortController().signal;
const KVMGT = "drivers/gpu/drm/i915/gvt/kvmgt.c";
const KVM = "virt/kvm/kvm_main.c";

function copyExample(name: string): string {
	const root = realpathSync(mkdtempSync(join(tmpdir(), "mm-lifetime-")));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	cpSync(join(EXAMPLES, name), root, { recursive: true });
	return root;
}

async function open(root: string, path: string): Promise<TreeSession> {
	const { session, path: inTree } = await new Sessions(async () => engine, makeSearch(false)).open(join(root, path), undefined);
	expect(inTree).toBe(path);
	return session;
}

function read(root: string, path: string): string {
	return readFileSync(join(root, path), "utf8");
}

/** What the command line says about a file, when the tree is on disk as it is in the session. */
async function check(root: string, path: string): Promise<unknown> {
	const { report } = await checkPaths({ paths: [path], cwd: root, search: makeSearch(false) }, engine);
	return { uses: report.uses, findings: report.findings.filter((finding) => finding.file === path) };
}

function said({ uses, findings }: FileJudgement): unknown {
	return { uses, findings };
}

describe("an open tree", () => {
	it("says nothing final about a use before it has read what can matter, and then what the command line says", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		session.setText(KVMGT, read(root, KVMGT));
		const first = await session.judge(KVMGT, NEVER);
		expect(first.pending.map((use) => use.mm)).toEqual(["kvm->mm"]);
		expect(said(first)).toEqual({ uses: [], findings: [] });
		const states: string[] = [];
		session.onChange(() => states.push(session.index.state));
		await session.readAll(NEVER);
		expect(states[0]).toBe("indexing");
		expect(session.index).toEqual({ state: "ready" });
		const judgement = await session.judge(KVMGT, NEVER);
		expect(judgement.pending).toEqual([]);
		expect(judgement.uses.map((use) => use.verdict)).toEqual(["exposed"]);
		expect(said(judgement)).toEqual(await check(root, KVMGT));
		expect(await session.judge(KVMGT, NEVER)).toEqual(judgement);
	});

	it("judges the text of open documents, and what they do to uses in other files", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		await session.readAll(NEVER);
		const before = await session.judge(KVMGT, NEVER);
		const text = read(root, KVM);
		const edited = text.replaceAll("mmgrab(", "mmget(").replaceAll("mmdrop(", "mmput(");
		expect(edited).not.toBe(text);
		session.setText(KVM, edited);
		const after = await session.judge(KVMGT, NEVER);
		expect(after.uses.map((use) => use.verdict)).toEqual(["held"]);
		expect(after.findings).toEqual([]);
		expect(after.version).not.toBe(before.version);
		session.setText(KVM, undefined);
		expect(said(await session.judge(KVMGT, NEVER))).toEqual(said(before));
	});

	it("looks at what changed on disk, at new files and at files that are gone", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		await session.readAll(NEVER);
		const text = read(root, KVM);
		writeFileSync(join(root, KVM), text.replaceAll("mmgrab(", "mmget("));
		session.filesChanged([KVM]);
		expect(session.index.state).toBe("idle");
		expect((await session.judge(KVMGT, NEVER)).uses.map((use) => use.verdict)).toEqual(["held"]);
		rmSync(join(root, KVM));
		session.filesChanged([KVM]);
		expect((await session.judge(KVMGT, NEVER)).uses.map((use) => use.verdict)).toEqual(["unknown"]);
		writeFileSync(join(root, "virt/kvm/other.c"), text);
		session.filesChanged(["virt/kvm/other.c"]);
		expect((await session.judge(KVMGT, NEVER)).uses.map((use) => use.verdict)).toEqual(["exposed"]);
		await session.readAll(NEVER);
		expect(session.index.state).toBe("ready");
		expect(said(await session.judge(KVMGT, NEVER))).toEqual(await check(root, KVMGT));
	});

	it("takes settings live, refuses bad ones, and says what is wrong with the settings file", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		await session.readAll(NEVER);
		session.setSettings({ severity: { "use-without-users-ref": "warning" } });
		expect((await session.judge(KVMGT, NEVER)).findings.map((finding) => finding.severity)).toEqual(["warning"]);
		expect(() => session.setSettings({ kernel: "new" })).toThrow(/kernel/);
		expect((await session.judge(KVMGT, NEVER)).findings.map((finding) => finding.severity)).toEqual(["warning"]);
		session.setSettings({ exclude: ["drivers/**"] });
		expect((await session.judge(KVMGT, NEVER)).uses).toEqual([]);
		session.setSettings({});
		await session.readAll(NEVER);
		expect((await session.judge(KVMGT, NEVER)).findings.map((finding) => finding.severity)).toEqual(["error"]);
		writeFileSync(join(root, ".mm-lifetime.json"), '{"severities": {}}');
		session.filesChanged([".mm-lifetime.json"]);
		expect(session.problem).toMatch(/unknown key "severities"/);
		expect((await session.judge(KVMGT, NEVER)).uses).toHaveLength(1);
	});

	it("lists the files anew when others are left out at any moment while it lists them", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		await session.readAll(NEVER);
		const before = said(await session.judge(KVMGT, NEVER));
		for (let moment = 0; moment < 30; moment++) {
			session.setSettings({ exclude: ["virt/**"] });
			const reading = session.readAll(NEVER);
			for (let i = 0; i < moment; i++) await Promise.resolve();
			session.setSettings({});
			await reading;
			await session.readAll(NEVER);
			expect(said(await session.judge(KVMGT, NEVER)), `after ${moment}`).toEqual(before);
		}
	});

	it("lets go of what it has read for a text that is gone, unless something changes meanwhile", async () => {
		const borrow = "(struct mm_struct *mm)\n{\n\tkthread_use_mm(mm);\n\tkthread_unuse_mm(mm);\n}\n";
		const root = makeTree({
			Makefile: MAKEFILE,
			"drivers/a.c": `static void borrow${borrow}`,
			"drivers/b.c": "void go(void)\n{\n\tborrow(current->mm);\n}\n",
		});
		const session = await open(root, "drivers/a.c");
		const filesRead = async (): Promise<number> => (await session.report(NEVER)).stats.filesParsed;
		session.setText("drivers/a.c", read(root, "drivers/a.c"));
		await session.readAll(NEVER);
		expect([session.isGrown, await filesRead()]).toEqual([false, 1]);
		session.setText("drivers/a.c", `void borrow${borrow}`);
		const grown = await session.judge("drivers/a.c", NEVER);
		expect([session.isGrown, await filesRead()]).toEqual([true, 2]);
		/* what is still needed stays */
		session.renew();
		expect(session.index.state).toBe("idle");
		await session.readAll(NEVER);
		expect([session.isGrown, await filesRead(), session.index.state]).toEqual([false, 2, "ready"]);
		expect(await session.judge("drivers/a.c", NEVER)).toEqual(grown);
		/* an edit on the way counts */
		const own = `\nstatic void borrow${borrow}`;
		session.setText("drivers/a.c", own);
		await session.judge("drivers/a.c", NEVER);
		expect(session.isGrown).toBe(true);
		session.renew();
		const reading = session.readAll(NEVER);
		session.setText("drivers/a.c", `\n${own}`);
		await reading;
		expect((await session.judge("drivers/a.c", NEVER)).uses.map(({ line }) => line)).toEqual([5]);
		/* what is not needed any more is not read any more */
		session.renew();
		await session.readAll(NEVER);
		expect([session.isGrown, await filesRead()]).toEqual([false, 1]);
	});

	it("says nothing of a text that is gone, and then of the one that is there, though nobody told of the change", async () => {
		const far = "static int far(struct mm_struct *mm)\n{\n\treturn mm != NULL;\n}\n";
		const near = "static void near(struct mm_struct *mm)\n{\n\tkthread_use_mm(mm);\n\tkthread_unuse_mm(mm);\n}\n";
		const put = "static void put(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n";
		const root = makeTree({ Makefile: MAKEFILE, "drivers/a.c": near, "drivers/b.c": `#define ONE\n${far}${put}` });
		const session = await open(root, "drivers/a.c");
		await session.readAll(NEVER);
		/* all is known by now, and texts are let go of */
		await session.report(NEVER);
		const there = (): unknown => session.describe("drivers/b.c", 4, 9)?.subject;
		writeFileSync(join(root, "drivers/b.c"), `#define TWO\n${far}${put}`);
		expect([there(), there()]).toEqual([undefined, { kind: "variable", name: "mm" }]);
	});

	it("ends early when it is told to, and goes on later", async () => {
		const root = copyExample("kvmgt/4.18");
		const session = await open(root, KVMGT);
		const abort = new AbortController();
		session.onChange(() => abort.abort());
		await session.readAll(abort.signal);
		expect(session.index.state).toBe("idle");
		await expect(async () => {
			for await (const _ of session.judgeAll(AbortSignal.abort())) expect.unreachable();
		}).rejects.toThrow(/abort/i);
		await session.readAll(NEVER);
		expect((await session.judge(KVMGT, NEVER)).uses).toHaveLength(1);
	});

	it("judges a loose file alone, at once", async () => {
		const root = makeTree({ "a.c": "void f(struct mm_struct *mm)\n{\n\tkthread_use_mm(mm);\n}\n" });
		const session = await open(root, "a.c");
		session.setText("a.c", read(root, "a.c"));
		expect((await session.judge("a.c", NEVER)).uses.map((use) => use.verdict)).toEqual(["unknown"]);
	});

	it("names every file that has something to say, once", async () => {
		const root = copyExample("amdgpu/4.18-flushes");
		const session = await open(root, "drivers/gpu/drm/amd/amdkfd/kfd_process.c");
		const paths: string[] = [];
		const findings: unknown[] = [];
		for await (const judgement of session.judgeAll(NEVER)) {
			paths.push(judgement.path);
			findings.push(...judgement.findings.map((finding) => [finding.file, finding.rule, finding.line]));
		}
		expect(new Set(paths).size).toBe(paths.length);
		const { report } = await checkPaths({ paths: ["."], cwd: root, search: makeSearch(false) }, engine);
		expect(findings.sort()).toEqual(report.findings.map((finding) => [finding.file, finding.rule, finding.line]).sort());
	});
});

describe("whatever is edited, in whatever order,", () => {
	const good = "void f(struct box *b)\n{\n\tb->mm = get_task_mm(current);\n}\n";
	const bad = "void f(struct box *b)\n{\n\tmmgrab(current->mm);\n\tb->mm = current->mm;\n}\n";
	const user = `#include "box.h"
static void run(struct work_struct *work)
{
	struct box *b = container_of(work, struct box, work);

	kthread_use_mm(b->mm);
	kthread_unuse_mm(b->mm);
}
static long box_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct box *b = file->private_data;

	f(b);
	INIT_WORK(&b->work, run);
	schedule_work(&b->work);
	return 0;
}
static const struct file_operations fops = { .unlocked_ioctl = box_ioctl };
`;
	const box = "struct box {\n\tstruct work_struct work;\n\tstruct mm_struct *mm;\n};\n";
	const contents = [
		"",
		good,
		bad,
		user,
		box,
		`${box}${user.replace(/.*\n/, "")}`,
		"#define f(b) ((b)->mm = current->mm)\n",
		"int broken(",
		"\0",
	];
	const names = ["a.c", "b.c", "box.h"];
	const step = fc.oneof(
		fc.record({ do: fc.constant("edit" as const), path: fc.constantFrom(...names), text: fc.constantFrom(...contents) }),
		fc.record({ do: fc.constant("close" as const), path: fc.constantFrom(...names) }),
		fc.record({ do: fc.constant("write" as const), path: fc.constantFrom(...names), text: fc.constantFrom(...contents) }),
		fc.record({ do: fc.constant("delete" as const), path: fc.constantFrom(...names) }),
		fc.record({ do: fc.constant("judge" as const), path: fc.constantFrom(...names) }),
		fc.record({ do: fc.constant("read" as const) }),
	);

	it("the answers are those of a tree that was opened with the last texts", { timeout: 60_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
				const root = makeTree({ Makefile: MAKEFILE, "a.c": user, "b.c": bad, "box.h": box });
				const session = await open(root, "a.c");
				const texts = new Map<string, string>();
				for (const one of steps) {
					if (one.do === "edit") {
						texts.set(one.path, one.text);
						session.setText(one.path, one.text);
					} else if (one.do === "close") {
						texts.delete(one.path);
						session.setText(one.path, undefined);
					} else if (one.do === "write") {
						writeFileSync(join(root, one.path), one.text);
						session.filesChanged([one.path]);
					} else if (one.do === "delete") {
						rmSync(join(root, one.path), { force: true });
						session.filesChanged([one.path]);
					} else if (one.do === "judge") await session.judge(one.path, NEVER);
					else await session.readAll(NEVER);
				}
				await session.readAll(NEVER);
				const fresh = await open(root, "a.c");
				for (const [path, text] of texts) fresh.setText(path, text);
				await fresh.readAll(NEVER);
				for (const path of names) {
					const { version: _, ...now } = await session.judge(path, NEVER);
					const { version: __, ...then } = await fresh.judge(path, NEVER);
					expect(now).toEqual(then);
				}
			}),
			{ numRuns: 150, seed: 11 },
		);
	});
});

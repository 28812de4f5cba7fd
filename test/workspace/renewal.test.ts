/** Trees that are renewed while something changes, and texts that change while nobody tells. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Cache } from "../../server/src/workspace/cache.ts";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import type { TreeSession } from "../../server/src/workspace/session.ts";
import { Sessions } from "../../server/src/workspace/sessions.ts";
import { BOX_DRIVER } from "./box.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const NEVER = new AbortController().signal;

function makeCache(): Cache {
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return new Cache(folder);
}

async function openRead(root: string, search = makeSearch(false), cache?: Cache): Promise<TreeSession> {
	const { session } = await new Sessions(async () => engine, search, cache).open(join(root, "drivers/a.c"), undefined);
	await session.readAll(NEVER);
	return session;
}

const BOX = "include/linux/box.h";
const OLD = "static int nothing;\n";
/* read from the start: it borrows too; the struct in it nobody has asked for */
const OTHER = `static inline void other(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
struct box {
	struct mm_struct *mm;
	struct work_struct work;
};
`;

const A = `void borrow(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
`;
const B = "void go(void)\n{\n\tborrow(current->mm);\n}\n";
const OWN = A.replace("void", "static void");

const VERDICTS = ["held"];

/** A header gets another text, which nobody tells, and a document that uses it is written while the tree is renewed. */
async function renewTorn(): Promise<{ root: string; session: TreeSession; verdicts: () => Promise<readonly string[]> }> {
	const root = makeTree({ Makefile: MAKEFILE, "drivers/a.c": OLD, [BOX]: OTHER });
	const session = await openRead(root);
	session.setText("drivers/a.c", OLD);
	await session.judge("drivers/a.c", NEVER);
	writeFileSync(join(root, BOX), `/* a comment */\n${OTHER}`);
	session.setText("drivers/a.c", BOX_DRIVER);
	session.renew();
	await session.readAll(NEVER);
	return { root, session, verdicts: async () => (await session.judge("drivers/a.c", NEVER)).uses.map(({ verdict }) => verdict) };
}

it("a text that changes while a tree is renewed counts", async () => {
	const { root, session, verdicts } = await renewTorn();
	expect(await verdicts()).toEqual(VERDICTS);
	session.filesChanged([BOX]);
	await session.readAll(NEVER);
	expect(await verdicts()).toEqual(VERDICTS);
	writeFileSync(join(root, "drivers/a.c"), BOX_DRIVER);
	const { report } = await checkPaths({ paths: ["drivers/a.c"], cwd: root, search: makeSearch(false) }, engine);
	expect(report.uses.map(({ verdict }) => verdict)).toEqual(VERDICTS);
});

it("a text that changes while a tree is renewed, and back, is what it was", async () => {
	const { root, session, verdicts } = await renewTorn();
	writeFileSync(join(root, BOX), OTHER);
	session.filesChanged([BOX]);
	await session.readAll(NEVER);
	expect(await verdicts()).toEqual(VERDICTS);
});

it("a tree with a cache grows no more than one without", async () => {
	const root = makeTree({
		Makefile: MAKEFILE,
		"drivers/a.c": A,
		"drivers/b.c": B,
		"drivers/c.c": B.replace("go", "more").replace("borrow", "later"),
	});
	const cache = makeCache();
	await openRead(root, makeSearch(false), cache);
	const session = await openRead(root, makeSearch(false), cache);
	const states: boolean[] = [];
	const edit = async (text: string): Promise<void> => {
		session.setText("drivers/a.c", text);
		await session.judge("drivers/a.c", NEVER);
		states.push(session.isGrown);
	};
	const renew = async (): Promise<void> => {
		session.renew();
		await session.readAll(NEVER);
		states.push(session.isGrown);
	};
	await edit(`\n${A}`);
	await edit(A.replaceAll("borrow(", "later("));
	await edit(A);
	await renew();
	await edit(`\n${A}`);
	await renew();
	await edit(`\n\n${A}`);
	expect(states).toEqual([false, true, true, false, false, false, false]);
});

it("a change that is told just before a tree is renewed is not lost", async () => {
	const root = makeTree({ Makefile: MAKEFILE, "drivers/a.c": OWN, "drivers/b.c": OWN, "drivers/n.c": "int n;\n" });
	const search = makeSearch(false);
	let during: ((what: string) => Promise<void>) | undefined;
	const gated = {
		...search,
		findWords: async (...args: Parameters<typeof search.findWords>) => {
			const files = [...args[1]];
			await during?.(files.length === 1 ? "changed" : "renewal");
			return search.findWords(...args);
		},
	};
	const session = await openRead(root, gated);
	during = async (what) => {
		if (what === "changed") {
			/* told while an earlier change is looked at */
			during = async (next) => {
				if (next !== "renewal") return;
				during = undefined;
				/* somebody looks at a document while the tree is renewed */
				await session.judge("drivers/a.c", NEVER);
			};
			writeFileSync(join(root, "drivers/b.c"), `\n\n${OWN}`);
			session.filesChanged(["drivers/b.c"]);
		}
	};
	writeFileSync(join(root, "drivers/n.c"), "int m;\n");
	session.filesChanged(["drivers/n.c"]);
	session.renew();
	await session.readAll(NEVER);
	expect((await session.judge("drivers/b.c", NEVER)).uses.map(({ line }) => line)).toEqual([5]);
});

it.each([true, false])("nothing is said of who owns what in a text that is gone, told of (%s) or not", async (isTold) => {
	/* ownership is judged when a report is asked for: after all is settled, when texts were let go of */
	const take = (name: string): string =>
		`\nvoid drop_it(struct mm_struct *mm);\nvoid ${name}(struct task_struct *t)\n{\n\tstruct mm_struct *mm = get_task_mm(t);\n\n\tif (!mm)\n\t\treturn;\n\tdrop_it(mm);\n}\n`;
	const b = `${OWN}\n#define DONE 1\nvoid drop_it(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n`;
	const root = makeTree({ Makefile: MAKEFILE, "drivers/a.c": OWN, "drivers/b.c": b });
	const cache = makeCache();
	await openRead(root, makeSearch(false), cache);
	const session = await openRead(root, makeSearch(false), cache);
	writeFileSync(join(root, "drivers/b.c"), `/* c */\n${b}`);
	if (isTold) session.filesChanged(["drivers/b.c"]);
	session.setText("drivers/a.c", `${OWN}${take("take_more")}`);
	const findings = async (): Promise<unknown> =>
		(await session.judge("drivers/a.c", NEVER)).findings
			.filter(({ rule }) => rule !== "use-unknown")
			.map(({ rule, message }) => [rule, message]);
	expect([await findings(), await findings()]).toEqual([[], []]);
});

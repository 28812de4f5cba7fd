/** What an edit needs of other files is found out ahead, where a cache has only told what came out. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Cache } from "../../server/src/workspace/cache.ts";
import type { Engine } from "../../server/src/workspace/engine.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import type { TreeSession } from "../../server/src/workspace/session.ts";
import { Sessions } from "../../server/src/workspace/sessions.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const NEVER = new AbortController().signal;

const BORROW = `static void own(struct mm_struct *mm)
{
	mmgrab(mm);
	mmdrop(mm);
}
void borrow(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
`;
const FILES = {
	Makefile: MAKEFILE,
	"drivers/a.c": BORROW,
	"drivers/b.c": "void go(void)\n{\n\tstruct mm_struct *mm = get_task_mm(current);\n\tborrow(mm);\n\tmmput(mm);\n}\n",
	"drivers/c.c": "void keep(struct mm_struct *mm)\n{\n\tmmget(mm);\n\tmmput(mm);\n}\n",
};
const EDITED = BORROW.replace("(mm);\n}", "(mm);\n\tborrowed();\n}");

/** An engine that notes which files are read again for what a cache does not hold. */
function noteReadAgain(paths: string[]): Engine {
	const restore: Engine["reader"]["restore"] = (outline, includes, readAgain) =>
		engine.reader.restore(outline, includes, () => {
			const text = readAgain();
			paths.push(...Object.entries(FILES).flatMap(([path, content]) => (content === text ? [path] : [])));
			return text;
		});
	return { ...engine, reader: { ...engine.reader, restore } };
}

/** A tree that was read by an earlier run, opened again. */
async function openFromCache(): Promise<{ readonly session: TreeSession; readonly readAgain: string[] }> {
	const root = makeTree(FILES);
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const readAgain: string[] = [];
	const open = async (): Promise<TreeSession> => {
		const sessions = new Sessions(async () => noteReadAgain(readAgain), makeSearch(false), new Cache(folder));
		const { session } = await sessions.open(join(root, "drivers/a.c"), undefined);
		await session.readAll(NEVER);
		return session;
	};
	await open();
	readAgain.length = 0;
	return { session: await open(), readAgain };
}

it("an edit reads no other file again then", async () => {
	const { session, readAgain } = await openFromCache();
	expect(readAgain).not.toContain("drivers/b.c");
	expect(await session.prepare("drivers/a.c", NEVER)).toBe(true);
	expect(readAgain).toEqual(expect.arrayContaining(["drivers/b.c", "drivers/c.c"]));
	readAgain.length = 0;
	session.setText("drivers/a.c", EDITED);
	const [use] = (await session.judge("drivers/a.c", NEVER)).uses;
	expect(use?.verdict).toBe("held");
	/* its own text, for what is different */
	expect(readAgain.filter((path) => path !== "drivers/a.c")).toEqual([]);
});

it("and without it does", async () => {
	const { session, readAgain } = await openFromCache();
	session.setText("drivers/a.c", EDITED);
	expect((await session.judge("drivers/a.c", NEVER)).uses[0]?.verdict).toBe("held");
	expect(readAgain).toContain("drivers/b.c");
});

it("once for each file, and only where a cache was read", async () => {
	const { session } = await openFromCache();
	expect(await session.prepare("drivers/a.c", NEVER)).toBe(true);
	expect(await session.prepare("drivers/a.c", NEVER)).toBe(false);
	const root = makeTree(FILES);
	const { session: first } = await new Sessions(async () => engine, makeSearch(false)).open(join(root, "drivers/a.c"), undefined);
	await first.readAll(NEVER);
	expect(await first.prepare("drivers/a.c", NEVER)).toBe(false);
});

it("ends at an edit, and is tried again after it", async () => {
	const { session } = await openFromCache();
	const preparing = session.prepare("drivers/a.c", NEVER);
	session.setText("drivers/a.c", EDITED);
	expect(await preparing).toBe(false);
	await session.judge("drivers/a.c", NEVER);
	expect(await session.prepare("drivers/a.c", NEVER)).toBe(true);
});

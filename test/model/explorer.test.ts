import { describe, expect, test } from "vitest";
import { type ExploreOptions, explore } from "../../server/src/model/explorer.ts";
import type { MmProgram, Thread, Value } from "../../server/src/model/program.ts";
import { check, end, jump, label, program, set, shortTrace, step, thread, unless } from "./assemble.ts";

const ALL: ExploreOptions = { maxStates: 100_000, barriers: { exitAio: true, release: true } };
const WITHOUT_AIO: ExploreOptions = { ...ALL, barriers: { exitAio: false, release: true } };
const WITHOUT_RELEASE: ExploreOptions = { ...ALL, barriers: { exitAio: true, release: false } };
const USER = { mm: "mm:A", "current->mm": "mm:A" } as const;

/** The kernel thread that uses what the opener has stored. */
function worker(lines: Parameters<typeof thread>[3], more: Parameters<typeof thread>[2] = {}): Thread {
	return thread("work", "kthread", { "current->mm": "null", ...more }, lines, { thread: "open", slot: "mm", as: ["mm"] });
}

const use = [step("use"), step("copy"), step("unuse")];
const grabOnly: MmProgram = program([thread("open", "owner", USER, [step("mmgrab")]), worker([...use, step("mmdrop")])]);
const held: MmProgram = program([thread("open", "owner", USER, [step("mmget")]), worker([...use, step("mmput")])]);

/** Returns what was found, and the property for a violation. */
function verdict(of: MmProgram, options: ExploreOptions = ALL): string {
	const found = explore(of, options);
	return found.result === "violated" ? found.property : found.result;
}

describe("a loop that takes a reference each time", () => {
	const looping = (...taken: Parameters<typeof thread>[3]): MmProgram =>
		program([thread("open", "owner", USER, [step("mmget")]), worker([label("again"), ...taken, unless("more", "again"), ...use])]);
	test("has an end, and it is said that there are too many", () => {
		const found = explore(looping(step("mmget")), ALL);
		expect(found).toMatchObject({ result: "bounded", bound: "32 references of one kind" });
		expect(found.states).toBeLessThan(2_000);
	});
	test("is violated all the same by what comes before that", () => {
		expect(verdict(looping(step("mmgrab"), step("mmput")))).toBe("negative");
	});
});

describe("who keeps the page tables", () => {
	test("mmgrab does not: the shortest interleaving is given, step by step", () => {
		const found = explore(grabOnly, ALL);
		expect(found.result).toBe("violated");
		if (found.result !== "violated") return;
		expect(found.property).toBe("page-tables");
		expect(shortTrace(found.trace)).toEqual([
			"open:mmgrab 1/2 live",
			"owner:exit 0/2 exit_aio",
			"teardown:exit_aio 0/2 release",
			"teardown:release 0/2 release",
			"teardown:unmap_vmas 0/2 unmapping",
			"work:use 0/3 unmapping",
		]);
	});
	test("mmget over the whole use does", () => expect(verdict(held)).toBe("proved"));
	test("mmget counts the same from 6.4 on", () => {
		expect(verdict({ ...held, useCounts: "always" })).toBe("proved");
		expect(verdict({ ...grabOnly, useCounts: "always" })).toBe("page-tables");
	});
	test("a put before the end of the use is found, and that the put itself tears down", () => {
		const lines = [
			step("mm_alloc", "slot", { result: "mm" }),
			unless("mm", "out"),
			step("use"),
			step("mmput"),
			step("unuse"),
			label("out"),
			end,
		];
		const early = program([thread("work", "kthread", { slot: "mm:A" }, lines)], { mms: [{ name: "A", owner: "none" }] });
		const found = explore(early, ALL);
		expect(found.result === "violated" && shortTrace(found.trace)).toEqual([
			"work:mm_alloc 1/1 live",
			"work:branch+ 1/1 live",
			"work:use 1/2 live",
			"work:mmput 0/2 exit_aio",
			"teardown:exit_aio 0/2 release",
			"teardown:release 0/2 release",
			"teardown:unmap_vmas 0/2 unmapping",
		]);
	});
	test("nothing held at all: the struct is gone at the use", () => {
		expect(verdict(program([thread("open", "owner", USER, []), worker([step("mmgrab"), step("mmdrop")])]))).toBe("struct-freed");
	});
});

describe("taking the reference", () => {
	const grabbed = thread("open", "owner", USER, [step("mmgrab")]);
	test("mmget_not_zero, checked, is right", () => {
		const lines = [step("mmgetnz", "mm", { result: "ok" }), unless("ok", "out"), ...use, step("mmput"), label("out"), step("mmdrop")];
		expect(verdict(program([grabbed, worker(lines)]))).toBe("proved");
	});
	test("mmget_not_zero, unchecked, is not", () => {
		const unchecked = program([grabbed, worker([step("mmgetnz"), ...use, step("mmput"), step("mmdrop")])]);
		expect(verdict(unchecked)).toBe("negative");
		expect(verdict(unchecked, { ...ALL, properties: ["page-tables"] })).toBe("page-tables");
	});
	test("mmget may find mm_users 0", () => {
		const found = explore(program([grabbed, worker([step("mmget"), step("mmput"), step("mmdrop")])]), ALL);
		expect(found.result === "violated" && [found.property, ...shortTrace(found.trace)]).toEqual([
			"from-zero",
			"open:mmgrab 1/2 live",
			"owner:exit 0/2 exit_aio",
			"work:mmget 1/2 exit_aio",
		]);
	});
	test("get_task_mm, checked, is right; its NULL denotes no mm", () => {
		const take = [step("mmgettask", "task", { result: "mm" }), unless("mm", "out"), ...use, step("mmput"), label("out"), end];
		expect(verdict(program([thread("work", "kthread", { task: "mm:A" }, take)]))).toBe("proved");
	});
	test("one mmput too many goes below zero", () => {
		const twice = thread("work", "kthread", { mm: "mm:A" }, [step("mmput"), step("mmput")]);
		expect(
			verdict(program([thread("open", "owner", USER, [step("mmgrab")]), { ...twice, after: { thread: "open", slot: "mm", as: ["mm"] } }])),
		).toBe("negative");
	});
	test("one mmdrop too many frees what others use", () => {
		expect(verdict(program([thread("open", "owner", USER, [step("mmdrop")])]))).toBe("struct-freed");
	});
	test("mm_alloc: a new mm, or NULL", () => {
		const lines = [step("mm_alloc", "slot", { result: "mm" }), unless("mm", "out"), ...use, step("mmput"), label("out"), end];
		const fresh = { mms: [{ name: "A", owner: "none" }] } as const;
		expect(verdict(program([thread("work", "kthread", { slot: "mm:A" }, lines)], fresh))).toBe("proved");
		const without = [step("mm_alloc", "slot", { result: "mm" }), step("mmput"), ...use];
		expect(verdict(program([thread("work", "kthread", { slot: "mm:A" }, without)], fresh))).toBe("struct-freed");
	});
});

describe("what teardown waits for", () => {
	const request = (op: "aio" | "iouring"): MmProgram =>
		program([thread("open", "owner", USER, [step(op)]), worker([...use, step("aiodone")])]);
	test("exit_aio waits for a request of libaio", () => expect(verdict(request("aio"))).toBe("proved"));
	test("and only exit_aio does", () => expect(verdict(request("aio"), WITHOUT_AIO)).toBe("page-tables"));
	test("nothing waits for a request of io_uring", () => expect(["page-tables", "struct-freed"]).toContain(verdict(request("iouring"))));
	test("a request that is completed inside the use guards nothing", () => {
		const early = program([
			thread("open", "owner", USER, [step("aio")]),
			worker([step("use"), step("aiodone"), step("copy"), step("unuse")]),
		]);
		expect(verdict(early)).toBe("page-tables");
	});

	const notified = (stops: boolean): MmProgram =>
		program([thread("open", "owner", USER, [step("notify", "mm", { arg: 0 })]), worker([...use, ...use])], {
			notifiers: [{ release: "dev_release", ...(stops ? { stops: "work" } : {}) }],
		});
	test("a release that stops the user is a guarantee", () => expect(verdict(notified(true))).toBe("proved"));
	test("a release that does not stop it is none", () => expect(verdict(notified(false))).toBe("page-tables"));
	test("and the guarantee is the release", () => expect(verdict(notified(true), WITHOUT_RELEASE)).toBe("page-tables"));
	test("registration can fail, where its result is looked at", () => {
		const lines = [step("notify", "mm", { arg: 0, result: "ok" }), unless("ok", "bad"), end, label("bad"), set("mm", "null")];
		const checked = program([thread("open", "owner", USER, lines), worker([...use])], {
			notifiers: [{ release: "dev_release", stops: "work" }],
		});
		expect(verdict(checked)).toBe("proved");
		const ignored = [step("notify", "mm", { arg: 0, result: "ok" })];
		const unchecked = program([thread("open", "owner", USER, ignored), worker([...use])], { notifiers: checked.notifiers });
		expect(["page-tables", "struct-freed"]).toContain(verdict(unchecked));
	});
	test("a notifier on an mm without users", () => {
		const late = program([thread("open", "owner", USER, [step("mmgrab")]), worker([step("notify", "mm", { arg: 0 })])], {
			notifiers: [{ release: "dev_release" }],
		});
		expect(verdict(late)).toBe("register-dead");
	});
});

describe("what is known of variables", () => {
	const put = [unless("dev->async", "plain"), step("mmput"), end, label("plain"), step("mmdrop")];
	const take = [unless("dev->async", "count"), step("mmget"), jump("go"), label("count"), step("mmgrab"), label("go"), ...use];
	test("a flag is met the same way each time", () => {
		// Without the memory a drop could follow a get.
		const one = thread("work", "owner", { ...USER, "dev->async": "true" }, [...take, ...put]);
		expect(verdict(program([one]))).toBe("proved");
		const any = thread("work", "owner", USER, [...take, ...put]);
		expect(verdict(program([any]))).toBe("proved");
	});
	test("and forgotten when something else may be stored in it", () => {
		const any = thread("work", "owner", USER, [...take, set("dev->async", undefined), ...put]);
		expect(verdict(program([any]))).not.toBe("proved");
	});
	test("a shared flag is seen alike by all threads", () => {
		const open = thread("open", "owner", USER, [unless("@flag", "plain"), step("mmget"), end, label("plain"), step("mmgrab")]);
		const lines = [unless("@flag", "plain"), ...use, step("mmput"), end, label("plain"), step("mmdrop")];
		expect(verdict(program([open, worker(lines)]))).toBe("proved");
		const own = [unless("flag", "plain"), ...use, step("mmput"), end, label("plain"), step("mmdrop")];
		expect(verdict(program([open, worker(own)]))).not.toBe("proved");
	});
	test("equal binds an unknown variable to the mm", () => {
		const lines = [check({ test: "equal", left: "dev->mm", right: "current->mm" }, "out"), step("mmget", "dev->mm"), label("out"), end];
		const other = thread("ioctl", "process", { "current->mm": "mm:A" }, lines);
		expect(verdict(program([other]))).toBe("proved");
		const unheld = thread("ioctl", "kthread", { it: "mm:A" }, [
			check({ test: "equal", left: "dev->mm", right: "it" }, "out"),
			step("mmget", "dev->mm"),
			label("out"),
			end,
		]);
		expect(verdict(program([unheld]))).toBe("from-zero");
	});
	test("an mm that is looked at for an error is none", () => {
		const lines = [check({ test: "error", key: "mm" }, "fine"), step("mmput"), label("fine"), end];
		expect(verdict(program([thread("open", "owner", USER, lines)]))).toBe("proved");
		const maybe = [check({ test: "error-or-null", key: "x" }, "fine"), unless("x", "out"), step("mmput"), label("out"), label("fine"), end];
		expect(verdict(program([thread("open", "owner", USER, maybe)]))).toBe("negative");
	});
	test("is asks for one value, and remembers nothing", () => {
		const asks = (known: Record<string, Value>) => {
			const lines = [check({ test: "is", key: "x", value: "mm:A" }, "out"), step("mmput"), label("out"), end];
			return verdict(program([thread("open", "owner", { ...USER, ...known }, lines)]));
		};
		expect([asks({}), asks({ x: "other" }), asks({ x: "null" }), asks({ x: "mm:A" })]).toEqual(["proved", "proved", "proved", "negative"]);
	});
	test("a step on no mm does nothing, and is shown as such", () => {
		const lines = [step("mmgrab", "none"), step("mmgrab"), step("mmdrop"), step("mmdrop")];
		const found = explore(program([thread("open", "owner", { ...USER, none: "null" }, lines)]), ALL);
		expect(found.result === "violated" && found.trace[0]).toMatchObject({ op: "mmgrab", mm: "", after: { users: 1, count: 1 } });
	});
	test("use sets current->mm, unuse clears it", () => {
		const lines = [step("use"), step("mmget", "current->mm"), step("mmput", "current->mm"), step("unuse"), step("mmput", "current->mm")];
		const work = worker(lines);
		expect(verdict(program([thread("open", "owner", USER, [step("mmget")]), work]))).toBe("proved");
	});
});

describe("who runs when", () => {
	test("the owner cannot exit inside its own call", () => {
		const lines = [step("use"), step("copy"), step("unuse")];
		expect(verdict(program([thread("ioctl", "owner", USER, lines)]))).toBe("proved");
		expect(verdict(program([thread("work", "kthread", { mm: "mm:A" }, lines)]))).not.toBe("proved");
	});
	test("a thread that waits does not start before the other has ended with an mm", () => {
		const bad = [step("mmput"), step("mmput"), step("mmput")];
		const never = program([thread("open", "owner", USER, [set("mm", "null")]), worker(bad)]);
		expect(verdict(never)).toBe("proved");
	});
	test("two processes exit independently", () => {
		const two = { mms: [{ name: "A", owner: "process" } as const, { name: "B", owner: "process" } as const] };
		const lines = [step("mmget", "a"), step("use", "b"), step("unuse", "b"), step("mmput", "a")];
		const found = explore(program([thread("open", "owner", { a: "mm:A", b: "mm:B", "current->mm": "mm:A" }, lines)], two), ALL);
		expect(found.result === "violated" && found.trace.at(-1)).toMatchObject({ mm: "B" });
	});
	test("a loop that does nothing ends the search, and starves nobody", () => {
		const spin = thread("spin", "kthread", {}, [label("again"), unless("x", "again"), jump("again")]);
		expect(verdict(program([spin, ...grabOnly.threads]))).toBe("page-tables");
		const idle = thread("idle", "kthread", {}, [label("again"), set("x", "true"), set("x", "false"), jump("again")]);
		expect(verdict(program([idle, ...held.threads]))).toBe("proved");
	});
	test("a thread that stays in a loop has done what it did before", () => {
		const stuck = thread("stuck", "kthread", { mm: "mm:A" }, [step("use"), label("here"), jump("here")]);
		expect(verdict(program([stuck]))).toBe("page-tables");
	});
	test("bounds are named", () => {
		const found = explore(held, { ...ALL, maxStates: 5 });
		expect(found).toEqual({ result: "bounded", states: 5, bound: "5 states" });
	});
	test("code that leads nowhere ends its thread", () => {
		const broken: Thread = { ...thread("open", "owner", USER, []), code: [], live: [] };
		expect(verdict(program([broken]))).toBe("proved");
	});
});

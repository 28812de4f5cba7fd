import { createServer, type Server } from "node:net";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DebugInput } from "../../client/src/debug-input.ts";
import { STEP_EVENT, TraceSession } from "../../client/src/debug-session.ts";
import { BROKEN, GRAPHS } from "../report/steps.ts";

const FILE = "/linux/drivers/x/x.c";
const INPUT: DebugInput = { trace: BROKEN, graphs: GRAPHS, files: { "drivers/x/x.c": FILE } };

describe("the debug adapter, over its protocol", () => {
	let server: Server;
	let client: DebugClient;

	beforeEach(async () => {
		server = createServer((socket) => {
			const session = new TraceSession();
			session.setRunAsServer(true);
			session.start(socket, socket);
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		client = new DebugClient("node", "", "mm-lifetime");
		const address = server.address();
		await client.start(typeof address === "object" && address !== null ? address.port : 0);
	});

	afterEach(async () => {
		await client.stop();
		server.close();
	});

	/** Launches with these breakpoints; returns where it stops first. */
	async function launch(filters: readonly string[] = [], lines: readonly number[] = []): Promise<DebugProtocol.StoppedEvent> {
		await client.initializeRequest();
		const initialized = client.waitForEvent("initialized");
		await client.launchRequest({ input: INPUT } as DebugProtocol.LaunchRequestArguments);
		await initialized;
		await client.setBreakpointsRequest({ source: { path: FILE }, breakpoints: lines.map((line) => ({ line })) });
		await client.setExceptionBreakpointsRequest({ filters: [...filters] });
		const stopped = client.waitForEvent("stopped");
		await client.configurationDoneRequest();
		return (await stopped) as DebugProtocol.StoppedEvent;
	}

	/** Does what makes it go on; returns where it stops. */
	async function goOn(request: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent["body"]> {
		const stopped = client.waitForEvent("stopped");
		await request();
		return ((await stopped) as DebugProtocol.StoppedEvent).body;
	}

	/** The variables of the first scope, by name. */
	async function look(threadId: number): Promise<Record<string, DebugProtocol.Variable>> {
		const { stackFrames } = (await client.stackTraceRequest({ threadId })).body;
		const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0]?.id ?? 0 })).body;
		const { variables } = (await client.variablesRequest({ variablesReference: scopes[0]?.variablesReference ?? 0 })).body;
		return Object.fromEntries(variables.map((variable) => [variable.name, variable]));
	}

	it("can step back, and offers to stop at uses and where page tables go", async () => {
		const { body } = await client.initializeRequest();
		expect(body?.supportsStepBack).toBe(true);
		expect(body?.exceptionBreakpointFilters?.map(({ filter }) => filter)).toEqual(["use", "tables"]);
	});

	it("stops on entry, and has a thread for each lane", async () => {
		expect((await launch()).body).toMatchObject({ reason: "entry", threadId: 1, allThreadsStopped: true });
		const { threads } = (await client.threadsRequest()).body;
		expect(threads.map(({ name }) => name)).toEqual(["owner: open()", "kernel thread: work()", "teardown"]);
		const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
		expect(stackFrames).toMatchObject([{ name: "open", line: 10, column: 2, source: { path: FILE } }]);
	});

	it("steps forwards and back, with the state after each step", async () => {
		await launch();
		expect((await look(1))["mm_count"]?.value).toBe("1");
		expect(await goOn(() => client.nextRequest({ threadId: 1 }))).toMatchObject({ reason: "step", threadId: 1 });
		const { mm_count: count, held_by: held } = await look(1);
		expect(count?.value).toBe("2");
		const parts = (await client.variablesRequest({ variablesReference: held?.variablesReference ?? 0 })).body.variables;
		expect(parts).toMatchObject([{ name: "mm_count", value: expect.stringContaining("mmgrab(current->mm) in open") }]);
		const told = client.waitForEvent(STEP_EVENT);
		await goOn(() => client.stepBackRequest({ threadId: 1 }));
		expect((await told).body).toEqual({ number: 1 });
		expect((await look(1))["mm_count"]?.value).toBe("1");
	});

	it("stops where page tables go, and where a use has none, and ends behind it", async () => {
		await launch(["tables"]);
		expect(await goOn(() => client.continueRequest({ threadId: 1 }))).toMatchObject({ reason: "breakpoint", threadId: 3 });
		const { stackFrames } = (await client.stackTraceRequest({ threadId: 3 })).body;
		expect(stackFrames).toMatchObject([{ name: "unmap_vmas() takes the pages away", line: 6, source: { sourceReference: 1 } }]);
		const { content } = (await client.sourceRequest({ sourceReference: 1 })).body;
		expect(content.split("\n")[5]).toContain("unmap_vmas() takes the pages away");
		expect(await goOn(() => client.continueRequest({ threadId: 1 }))).toMatchObject({ reason: "exception", threadId: 2 });
		expect((await client.exceptionInfoRequest({ threadId: 2 })).body.description).toBe("in use while the page tables go");
		expect((await look(2))["page_tables"]?.value).toBe("going: unmapping");
		const ended = client.waitForEvent("terminated");
		await client.continueRequest({ threadId: 1 });
		await ended;
	});

	it("has breakpoints on the lines that the trace passes, and on no others", async () => {
		await launch([], [11]);
		const { breakpoints } = (await client.setBreakpointsRequest({ source: { path: FILE }, breakpoints: [{ line: 11 }, { line: 12 }] }))
			.body;
		expect(breakpoints.map(({ verified }) => verified)).toEqual([true, false]);
		const other = await client.setBreakpointsRequest({ source: { path: "/linux/y.c" }, breakpoints: [{ line: 11 }] });
		expect(other.body.breakpoints[0]?.verified).toBe(false);
		expect(await goOn(() => client.continueRequest({ threadId: 1 }))).toMatchObject({ reason: "breakpoint", threadId: 1 });
		expect((await look(1))["mm_count"]?.value).toBe("2");
	});

	it("takes the names of variables as expressions", async () => {
		await launch();
		expect((await client.evaluateRequest({ expression: " mm_users " })).body.result).toBe("1");
		await expect(client.evaluateRequest({ expression: "system(1)" })).rejects.toThrow("known are mm_users, mm_count");
	});

	it("says so where there is nothing to step through", async () => {
		await client.initializeRequest();
		await expect(client.launchRequest({} as DebugProtocol.LaunchRequestArguments)).rejects.toThrow("no interleaving");
	});
});

/** Messages in any order: in the end the server says what a fresh one says that saw nothing but the end. */

import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Desk, type Step, step } from "../lsp/desk.ts";
import { copyExample, type Editor, isRecord, MODERN, PLAIN } from "../lsp/editor.ts";
import { EXPOSED } from "../lsp/example.ts";
import { startInnerServer, stopInnerServer } from "./inner-server.ts";
import { SEED, share } from "./size.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/** In each of the two ways in which clients hear of diagnostics. */
const ALL = 1_000;

let watchdog: Watchdog;
beforeAll(() => {
	watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

type Said = Awaited<ReturnType<Desk["readDiagnostics"]>>;

/** What a server says that is started now, with the documents as they are; it is asked, and so it has come to rest. */
async function askFresh(root: string, open: ReadonlyMap<string, string>, folders: readonly string[]): Promise<Said> {
	const editor = await startInnerServer({ folders, capabilities: MODERN });
	const desk = new Desk(root, editor);
	for (const [path, text] of open) {
		desk.open.set(path, text);
		await editor.open(desk.uriOf(path), text);
	}
	await editor.ready();
	const said = await desk.readDiagnostics();
	await stopInnerServer(editor);
	return said;
}

/** Reads diagnostics until they are those expected, or for a while: clients that are told hear of them a little later. */
async function readUntil(desk: Desk, expected: Said): Promise<Said> {
	let said = await desk.readDiagnostics();
	const isExpected = async (): Promise<boolean> => {
		said = await desk.readDiagnostics();
		return JSON.stringify(said) === JSON.stringify(expected);
	};
	await desk.editor.until(isExpected, 5_000).catch(() => undefined);
	return said;
}

function complaints(editor: Editor): readonly unknown[] {
	return editor.said.filter(
		({ method, params }) => (method === "window/logMessage" || method === "window/showMessage") && isRecord(params) && params["type"] === 1,
	);
}

it.each([
	["asked for", MODERN],
	["told", PLAIN],
])(
	"diagnostics that are %s are those of a fresh server, whatever was done before",
	async (_way, capabilities) => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps: readonly Step[], isFolder) => {
				watchdog.beat();
				const root = copyExample(EXPOSED.example);
				const folders = isFolder ? [root] : [];
				const editor = await startInnerServer({ folders, capabilities });
				const desk = new Desk(root, editor);
				for (const one of steps) await desk.do(one.kind === "wait" ? { ...one, milliseconds: (one.milliseconds ?? 0) / 10 } : one);
				await desk.do({ kind: "settings", settings: {} });
				await desk.do({ kind: isFolder ? "addFolder" : "removeFolder" });
				await desk.do({ kind: "open", file: EXPOSED.file });
				await editor.ready();
				const expected = await askFresh(root, desk.open, folders);
				expect(await readUntil(desk, expected)).toEqual(expected);
				expect(desk.errors).toEqual([]);
				expect(complaints(editor)).toEqual([]);
				await stopInnerServer(editor);
			}),
			{ seed: SEED, numRuns: share(ALL), endOnFailure: true },
		);
	},
	share(ALL) * 10_000,
);

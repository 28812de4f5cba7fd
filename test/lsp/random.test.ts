import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { runProgram } from "../cli/program.ts";
import { copyExample, Editor, isRecord, MODERN, PLAIN, toUri } from "./editor.ts";
import { CAPTURE, EXPOSED } from "./example.ts";

const FILES = [EXPOSED.file, CAPTURE, "drivers/gpu/drm/i915/gvt/other.c"];
const SETTINGS = [{}, { enable: false }, { exclude: ["virt/**"] }, { root: "/nowhere" }, { severity: { "use-without-users-ref": "off" } }];
const START = { line: 0, character: 0 };
/** Cancelled, edited on the way, tree closed: what a request may end with besides an answer. */
const GIVEN_UP: readonly unknown[] = [-32800, -32801, -32802];

const file = fc.constantFrom(...FILES);
/** What stands in a file, made of what stood there at first. */
const text = fc.constantFrom(
	(original: string) => original,
	(original: string) => original.replaceAll("\n", "\r\n"),
	(original: string) => `/* é 漢 𝒳 */\n${original}`,
	(original: string) => original.slice(0, original.length / 2),
	() => "int nothing;\n",
);
/** What an editor does, and what others do to the files meanwhile. */
const step = fc.oneof(
	fc.record({ kind: fc.constantFrom("open", "change", "write"), file, text }),
	fc.record({ kind: fc.constantFrom("close", "insert", "delete", "ask"), file }),
	fc.record({ kind: fc.constant("settings"), settings: fc.constantFrom(...SETTINGS) }),
	fc.record({ kind: fc.constantFrom("addFolder", "removeFolder") }),
	fc.record({ kind: fc.constant("wait"), milliseconds: fc.nat(100) }),
);

interface Step {
	readonly kind: string;
	readonly file?: string;
	readonly text?: (original: string) => string;
	readonly settings?: object;
	readonly milliseconds?: number;
}

/** An editor at work in a tree. */
class Desk {
	readonly root: string;
	readonly editor: Editor;
	/** Texts of open documents. */
	readonly open = new Map<string, string>();
	/** Errors that no request may end with. */
	readonly errors: unknown[] = [];
	readonly #originals: ReadonlyMap<string, string>;

	constructor(root: string, editor: Editor) {
		this.root = root;
		this.editor = editor;
		const read = (path: string): string => readFileSync(join(root, existsSync(join(root, path)) ? path : EXPOSED.file), "utf8");
		this.#originals = new Map(FILES.map((path) => [path, read(path)]));
	}

	uriOf(path: string): string {
		return toUri(join(this.root, path));
	}

	async do({ kind, file: path = "", text: make = (original) => original, settings, milliseconds }: Step): Promise<void> {
		const { editor, open } = this;
		const [uri, now, next] = [this.uriOf(path), open.get(path), make(this.#originals.get(path) ?? "")];
		const isThere = existsSync(join(this.root, path));
		const folder = [{ uri: toUri(this.root), name: "" }];
		const tell = (method: string, params: object): Promise<void> => editor.connection.sendNotification(method, params);
		switch (kind) {
			case "open":
				if (now !== undefined) return;
				open.set(path, next);
				return editor.open(uri, next);
			case "close":
				if (open.delete(path)) await editor.close(uri);
				return;
			case "change":
				if (now === undefined) return;
				open.set(path, next);
				await editor.change(uri, next);
				return;
			case "insert":
				if (now === undefined) return;
				open.set(path, `\n${now}`);
				await editor.change(uri, [{ range: { start: START, end: START }, text: "\n" }]);
				return;
			case "write":
				writeFileSync(join(this.root, path), next);
				return tell("workspace/didChangeWatchedFiles", { changes: [{ uri, type: isThere ? 2 : 1 }] });
			case "delete":
				rmSync(join(this.root, path), { force: true });
				return tell("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 3 }] });
			case "settings":
				editor.settings = settings;
				return tell("workspace/didChangeConfiguration", { settings: { mmLifetime: settings } });
			case "addFolder":
				return tell("workspace/didChangeWorkspaceFolders", { event: { added: folder, removed: [] } });
			case "removeFolder":
				return tell("workspace/didChangeWorkspaceFolders", { event: { added: [], removed: folder } });
			case "wait":
				await new Promise((resolve) => setTimeout(resolve, milliseconds));
				return;
			default:
				return this.#ask(uri);
		}
	}

	/** What is said of the open documents in the end. */
	async readDiagnostics(): Promise<Readonly<Record<string, readonly string[]>>> {
		const found: Record<string, readonly string[]> = {};
		for (const path of this.open.keys()) {
			const uri = this.uriOf(path);
			const diagnostics = this.editor.initialized.capabilities.diagnosticProvider
				? await this.editor.pullFinal(uri)
				: (this.editor.pushed(uri)?.diagnostics ?? []);
			/* the command line is asked about the tree, in which a file that nothing needs is not read */
			const findings = diagnostics.filter(({ code }) => code !== "hole");
			found[path] = findings.map(({ code, range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${code} ${message}`);
		}
		return found;
	}

	/** What the command line says of the same texts. */
	check(): Readonly<Record<string, readonly string[]>> {
		for (const [path, content] of this.open) {
			mkdirSync(dirname(join(this.root, path)), { recursive: true });
			writeFileSync(join(this.root, path), content);
		}
		const report: Report = JSON.parse(runProgram(["check", "--format", "json", "--min-severity", "information", this.root]).out);
		const said = (path: string): readonly string[] =>
			report.findings.filter((one) => one.file === path).map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`);
		return Object.fromEntries([...this.open.keys()].map((path) => [path, said(path)]));
	}

	/** Asks for everything at once, and waits for none of it. */
	#ask(uri: string): void {
		const textDocument = { uri };
		const range = { start: START, end: { line: 10_000, character: 0 } };
		const requests: Readonly<Record<string, object>> = {
			...(this.editor.initialized.capabilities.diagnosticProvider && {
				"textDocument/diagnostic": { textDocument },
				"workspace/diagnostic": { previousResultIds: [] },
			}),
			"textDocument/codeLens": { textDocument },
			"textDocument/inlayHint": { textDocument, range },
			"textDocument/codeAction": { textDocument, range, context: { diagnostics: [] } },
			"mm-lifetime/report": {},
		};
		for (const [method, params] of Object.entries(requests)) {
			this.editor.connection.sendRequest(method, params).catch((error: unknown) => {
				if (!isRecord(error) || !GIVEN_UP.includes(error["code"])) this.errors.push([method, error]);
			});
		}
	}
}

it.each([
	["asked for", MODERN],
	["told", PLAIN],
])("diagnostics that are %s are those of the command line, whatever was done before", async (_way, capabilities) => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), fc.boolean(), async (steps: readonly Step[], isFolder) => {
			const root = copyExample(EXPOSED.example);
			const editor = await Editor.start({ folders: isFolder ? [root] : [], capabilities });
			const desk = new Desk(root, editor);
			for (const one of steps) await desk.do(one);
			await desk.do({ kind: "settings", settings: {} });
			await desk.do({ kind: "open", file: EXPOSED.file });
			await desk.do({ kind: "wait", milliseconds: 250 });
			await editor.ready(8000);
			let found = await desk.readDiagnostics();
			const expected = desk.check();
			await editor
				.until(async () => {
					found = await desk.readDiagnostics();
					return JSON.stringify(found) === JSON.stringify(expected);
				}, 3000)
				.catch(() => undefined);
			expect(found).toEqual(expected);
			expect(desk.errors).toEqual([]);
			expect(editor.said.filter(({ params }) => isRecord(params) && params["type"] === 1)).toEqual([]);
			expect(await editor.stop()).toBe(0);
		}),
		{ numRuns: 2, endOnFailure: true },
	);
});

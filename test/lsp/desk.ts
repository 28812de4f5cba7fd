/** An editor at work in a tree, step by step: what tests of many messages in any order have in common. */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { CancellationTokenSource } from "vscode-languageserver-protocol/node";
import { type Editor, isRecord, toUri } from "./editor.ts";
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
export const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ kind: fc.constantFrom("open", "change", "write"), file, text }),
	fc.record({ kind: fc.constantFrom("close", "insert", "delete", "rename", "ask", "cancel"), file }),
	fc.record({ kind: fc.constant("settings"), settings: fc.constantFrom(...SETTINGS) }),
	fc.record({ kind: fc.constantFrom("addFolder", "removeFolder") }),
	fc.record({ kind: fc.constant("wait"), milliseconds: fc.nat(100) }),
);

export interface Step {
	readonly kind: string;
	readonly file?: string;
	readonly text?: (original: string) => string;
	readonly settings?: object;
	readonly milliseconds?: number;
}

/** An editor at work in a tree. */
export class Desk {
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
		const read = (path: string): string | undefined => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined);
		this.#originals = new Map(FILES.map((path) => [path, read(path) ?? read(EXPOSED.file) ?? ""]));
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
			case "rename": {
				if (!isThere) return;
				const other = FILES[(FILES.indexOf(path) + 1) % FILES.length] ?? path;
				mkdirSync(dirname(join(this.root, other)), { recursive: true });
				renameSync(join(this.root, path), join(this.root, other));
				const changes = [
					{ uri, type: 3 },
					{ uri: this.uriOf(other), type: 1 },
				];
				return tell("workspace/didChangeWatchedFiles", { changes });
			}
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
			case "cancel": {
				const source = new CancellationTokenSource();
				this.#ask(uri, source);
				source.cancel();
				return;
			}
			default:
				return this.#ask(uri);
		}
	}

	/** What is said of the open documents in the end. @param left codes that are left out */
	async readDiagnostics(left: readonly string[] = []): Promise<Readonly<Record<string, readonly string[]>>> {
		const found: Record<string, readonly string[]> = {};
		for (const path of this.open.keys()) {
			const uri = this.uriOf(path);
			const diagnostics = this.editor.initialized.capabilities.diagnosticProvider
				? await this.editor.pullFinal(uri)
				: (this.editor.pushed(uri)?.diagnostics ?? []);
			const findings = diagnostics.filter(({ code }) => !left.includes(String(code)));
			found[path] = findings.map(({ code, range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${code} ${message}`);
		}
		return found;
	}

	/** Asks for everything at once, and waits for none of it. */
	#ask(uri: string, source = new CancellationTokenSource()): void {
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
			this.editor.connection.sendRequest(method, params, source.token).catch((error: unknown) => {
				if (!isRecord(error) || !GIVEN_UP.includes(error["code"])) this.errors.push([method, error]);
			});
		}
	}
}

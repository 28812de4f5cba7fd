/** The documents of the client in the trees that they lie in: the one place where the features ask the core. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Disposable, Emitter, type TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Report, Verdict } from "../analysis/types.ts";
import { InputError } from "../workspace/input-error.ts";
import { isFolder } from "../workspace/root.ts";
import type { FileJudgement, TreeSession } from "../workspace/session.ts";
import type { Sessions } from "../workspace/sessions.ts";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";
import type { Surroundings } from "./protocol.ts";
import { type ClientSettings, SECTION } from "./settings.ts";
import type { ClientUris } from "./uris.ts";

/** A file or an open document, where it lies, and the settings that count for it. */
export interface Place {
	readonly uri: string;
	readonly session: TreeSession;
	readonly path: string;
	readonly settings: ClientSettings;
}

/** What is known of a document's text as it is now. */
export interface Judged extends Place {
	readonly judgement: FileJudgement;
	/** The document that was judged; undefined for a file that is not open. */
	readonly document: TextDocument | undefined;
	/** The version of the document, null for a file that is not open. */
	readonly version: number | null;
	/** As {@link Trees.generationOf} the tree. */
	readonly generation: number;
}

export interface TreesOptions {
	readonly documents: TextDocuments<TextDocument>;
	readonly configuration: Configuration;
	readonly folders: Folders;
	readonly uris: ClientUris;
	readonly sessions: Sessions;
}

/** What changed: answers may differ from those given before, or only how far the index has come. */
export interface TreeChange {
	readonly session: TreeSession;
	readonly what: "answers" | "progress";
}

export class Trees {
	readonly #options: TreesOptions;
	readonly #places = new Map<string, Promise<Place | undefined>>();
	/** URIs of open documents by tree and path. */
	readonly #open = new Map<TreeSession, Map<string, string>>();
	/** Documents whose last text the tree was not told yet. */
	readonly #unsaid = new Map<string, TextDocument>();
	readonly #configured = new Map<TreeSession, Promise<void>>();
	readonly #watched = new WeakSet<TreeSession>();
	readonly #generations = new WeakMap<TreeSession, number>();
	readonly #counts = new Map<TreeSession, Map<string, readonly Verdict[]>>();
	readonly #changes = new Emitter<TreeChange>();
	readonly #judgements = new Emitter<void>();
	/** When a document was opened or edited last, by the clock of the process. */
	#lastEdit = -Infinity;

	constructor(options: TreesOptions) {
		this.#options = options;
		options.documents.onDidChangeContent(({ document }) => {
			this.#unsaid.set(document.uri, document);
			this.#lastEdit = performance.now();
		});
		options.documents.onDidClose(({ document }) => this.#forget(document));
	}

	/** Calls the listener whenever answers may differ, or the index of a tree has come further. */
	onChange(listener: (change: TreeChange) => void): Disposable {
		return this.#changes.event(listener);
	}

	/** Calls the listener whenever a file was judged. */
	onJudged(listener: () => void): Disposable {
		return this.#judgements.event(listener);
	}

	/** Counts whatever can change an answer about a tree: edits, files, settings, and what was read of it. */
	generationOf(session: TreeSession): number {
		return this.#generations.get(session) ?? 0;
	}

	/** Says that answers of a tree may differ. */
	touch(session: TreeSession): void {
		this.#generations.set(session, this.generationOf(session) + 1);
		this.#changes.fire({ session, what: "answers" });
	}

	/** All that are open. */
	get sessions(): readonly TreeSession[] {
		return this.#options.sessions.sessions;
	}

	/** Those that hold an open document. */
	get withDocuments(): readonly TreeSession[] {
		return this.sessions.filter((session) => (this.#open.get(session)?.size ?? 0) > 0);
	}

	/** Says whether the user wants to hear about a file: the extension is on there, and the file is open or in the workspace. */
	async isWanted(session: TreeSession, path: string): Promise<boolean> {
		if (this.#open.get(session)?.has(path) === true) return true;
		const folder = this.#options.folders.around(join(session.root, path));
		return folder !== undefined && (await this.#options.configuration.for(folder.uri)).enable;
	}

	/** Where a document or file lies; undefined when nothing is to be said about it. Its tree is opened when it was not. */
	place(uri: string): Promise<Place | undefined> {
		const known = this.#places.get(uri);
		if (known !== undefined) return known;
		const place = this.#find(uri);
		if (this.#options.documents.get(uri) !== undefined) {
			this.#places.set(uri, place);
			place.catch(() => this.#places.delete(uri));
		}
		return place;
	}

	/**
	 * Judges a document with all texts as they are now, those of other documents too. An edit on the way counts.
	 * @returns undefined when nothing is to be said about it
	 * @throws the reason of the signal when it fires
	 */
	async judge(uri: string, signal: AbortSignal): Promise<Judged | undefined> {
		for (;;) {
			const place = await this.place(uri);
			if (place === undefined) return undefined;
			await this.#tell();
			const document = this.#options.documents.get(uri);
			const judgement = await place.session.judge(place.path, signal);
			signal.throwIfAborted();
			if (this.#unsaid.size > 0 || this.#options.documents.get(uri) !== document) continue;
			this.#count(place.session, judgement);
			const generation = this.generationOf(place.session);
			return { ...place, judgement, document, version: document?.version ?? null, generation };
		}
	}

	/** Waits until nothing was edited for so many milliseconds. @throws the reason of the signal when it fires */
	async waitForQuiet(milliseconds: number, signal: AbortSignal): Promise<void> {
		for (;;) {
			const rest = this.#lastEdit + milliseconds - performance.now();
			if (rest <= 0) return;
			await setTimeout(rest, undefined, { signal });
		}
	}

	/** Judges every file of a tree that holds a use. */
	async *judgeAll(session: TreeSession, signal: AbortSignal): AsyncGenerator<FileJudgement> {
		await this.#tell();
		const found: FileJudgement[] = [];
		for await (const judgement of session.judgeAll(signal)) {
			signal.throwIfAborted();
			found.push(judgement);
			yield judgement;
		}
		signal.throwIfAborted();
		this.#counts.delete(session);
		for (const judgement of found) this.#count(session, judgement);
	}

	/** Counts the uses of a whole tree, for {@link countUses}. */
	async countAll(session: TreeSession, signal: AbortSignal): Promise<void> {
		const files = this.judgeAll(session, signal);
		while (!(await files.next()).done);
	}

	/** The whole report of a tree. */
	async report(session: TreeSession, signal: AbortSignal): Promise<Report> {
		await this.#tell();
		return session.report(signal);
	}

	/** Opens the tree that a folder is, or lies in. */
	async openFolder(path: string): Promise<TreeSession> {
		const { configuration, folders, sessions } = this.#options;
		const settings = await configuration.for(folders.scopeOfTree(path));
		const { session } = await sessions.open(join(path, "Makefile"), this.#resolveRoot(settings.root, folders.around(path)?.path));
		await this.#configure(session);
		return session;
	}

	/** How paths of a tree are called on the client's side. */
	around(session: TreeSession): Surroundings {
		const { documents, uris } = this.#options;
		const open = this.#open.get(session);
		return {
			uriOf: (path) => open?.get(path) ?? uris.uriOf(join(session.root, path)),
			versionOf: (path) => documents.get(open?.get(path) ?? "")?.version ?? null,
		};
	}

	/** Settings or folders have changed: each tree is told anew, each document looked for anew. */
	async reconfigure(): Promise<void> {
		const before = await Promise.all(this.#places.values());
		this.#places.clear();
		this.#configured.clear();
		for (const document of this.#options.documents.all()) this.#unsaid.set(document.uri, document);
		await Promise.all(this.sessions.map((session) => this.#configure(session)));
		for (const old of before) {
			if (old !== undefined && (await this.place(old.uri))?.session !== old.session) this.#release(old);
		}
		this.#closeUnused();
		for (const session of this.sessions) this.touch(session);
	}

	/** Closes a tree for good. */
	close(session: TreeSession): void {
		this.#options.sessions.close(session);
		for (const known of [this.#open, this.#configured, this.#counts]) known.delete(session);
	}

	/** Number of uses by verdict, in the files that were judged so far. */
	countUses(): Partial<Record<Verdict, number>> {
		const counts: Partial<Record<Verdict, number>> = {};
		for (const files of this.#counts.values()) {
			for (const verdicts of files.values()) for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
		}
		return counts;
	}

	async #find(uri: string): Promise<Place | undefined> {
		const { configuration, documents, folders, sessions, uris } = this.#options;
		const document = documents.get(uri);
		const real = document === undefined ? uris.note(uri) : uris.open(uri);
		if (!isC(real, document) || (document === undefined && !existsSync(real ?? ""))) return undefined;
		const folder = real === undefined ? undefined : folders.around(real);
		const settings = await configuration.for(folder?.uri ?? uri);
		if (!settings.enable) return undefined;
		const { session, path } = await (real === undefined
			? sessions.openLoose(uri)
			: sessions.open(real, this.#resolveRoot(settings.root, folder?.path)));
		await this.#configure(session);
		if (document !== undefined && documents.get(uri) !== undefined) {
			const open = this.#open.get(session) ?? new Map<string, string>();
			this.#open.set(session, open.set(path, uri));
		}
		return { uri, session, path, settings };
	}

	/** The tree that the user named, absolute; one that is not there is complained about, and another found. */
	#resolveRoot(root: string | undefined, folder: string | undefined): string | undefined {
		if (root === undefined) return undefined;
		const path = resolve(folder ?? "", root);
		if (isFolder(path)) return path;
		this.#options.configuration.complain(`setting ${SECTION}.root: ${root} is not a folder`);
		return undefined;
	}

	/** Tells a tree its settings, once. */
	#configure(session: TreeSession): Promise<void> {
		const known = this.#configured.get(session);
		if (known !== undefined) return known;
		const { configuration, folders } = this.#options;
		if (!this.#watched.has(session)) this.#watch(session);
		const configured = configuration.for(folders.scopeOfTree(session.root)).then((settings) => {
			// Asked again meanwhile: what comes late must not undo what came before it.
			if (this.#configured.get(session) !== configured) return;
			try {
				session.setSettings(settings.tree);
			} catch (error) {
				if (!(error instanceof InputError)) throw error;
				configuration.complain(`setting ${error.message}`);
			}
		});
		this.#configured.set(session, configured);
		return configured;
	}

	#watch(session: TreeSession): void {
		this.#watched.add(session);
		session.onChange((change) => {
			if (session.problem !== undefined) this.#options.configuration.complain(session.problem);
			if (change === "judgements") this.touch(session);
			else this.#changes.fire({ session, what: "progress" });
		});
	}

	/** Tells the trees the last texts of the documents: of a thousand edits only what is left of them. */
	async #tell(): Promise<void> {
		const texts = [...this.#unsaid.values()];
		for (const document of texts) {
			const place = await this.place(document.uri);
			if (this.#unsaid.get(document.uri) !== document || this.#options.documents.get(document.uri) !== document) continue;
			this.#unsaid.delete(document.uri);
			if (place === undefined) continue;
			place.session.setText(place.path, document.getText());
			this.#generations.set(place.session, this.generationOf(place.session) + 1);
		}
	}

	#forget(document: TextDocument): void {
		this.#unsaid.delete(document.uri);
		const place = this.#places.get(document.uri);
		this.#places.delete(document.uri);
		this.#options.uris.close(document.uri);
		place?.then(
			(known) => {
				if (known === undefined || this.#options.documents.get(document.uri) !== undefined) return;
				this.#release(known);
				this.#closeUnused();
			},
			() => undefined,
		);
	}

	/** The document no longer stands for the file. */
	#release({ uri, session, path }: Place): void {
		const open = this.#open.get(session);
		if (open?.get(path) !== uri) return;
		open.delete(path);
		session.setText(path, undefined);
	}

	#count(session: TreeSession, judgement: FileJudgement): void {
		const files = this.#counts.get(session) ?? new Map<string, readonly Verdict[]>();
		files.set(
			judgement.path,
			judgement.uses.map((use) => use.verdict),
		);
		this.#counts.set(session, files);
		this.#judgements.fire();
	}

	/** Closes trees without an open document that no workspace folder has to do with. */
	#closeUnused(): void {
		const { folders } = this.#options;
		for (const session of this.sessions) {
			if ((this.#open.get(session)?.size ?? 0) > 0 || folders.hasPartOf(session.root)) continue;
			this.close(session);
		}
	}
}

/** Whether a document is C: by its name where it has one, else, or when it has another, by what the editor takes it for. */
function isC(real: string | undefined, document: TextDocument | undefined): boolean {
	return document?.languageId === "c" || (real !== undefined && [".c", ".h"].includes(extname(real)));
}

/** Names an answer by its content, so that equal ones have equal names, whatever led to them. */
export function identify(answer: unknown): string {
	return createHash("sha1").update(JSON.stringify(answer)).digest("base64url");
}

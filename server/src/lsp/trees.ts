/** What is known of the documents of the client: the one place where the features ask the core. */

import { join } from "node:path";
import { type Disposable, Emitter, type TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Report, Verdict } from "../analysis/types.ts";
import type { FileJudgement, TreeSession } from "../workspace/session.ts";
import type { Sessions } from "../workspace/sessions.ts";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";
import { type Place, Places } from "./places.ts";
import type { Surroundings } from "./protocol.ts";
import { Quiet } from "./quiet.ts";
import { TreeSettings } from "./tree-settings.ts";
import type { ClientUris } from "./uris.ts";
import { UseCounts } from "./use-counts.ts";

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
	/** Undefined: of any tree, and of those that were opened or closed. */
	readonly session: TreeSession | undefined;
	readonly what: "answers" | "progress";
}

/** Files of a tree were judged; how many uses in them are not final yet. */
export interface TreeJudgement {
	readonly session: TreeSession;
	readonly pending: number;
}

export class Trees {
	/** When nobody edits or waits for what is known of a document. */
	readonly quiet = new Quiet();
	readonly #options: TreesOptions;
	readonly #places: Places;
	readonly #treeSettings: TreeSettings;
	/** Documents whose last text the tree was not told yet. */
	readonly #unsaid = new Map<string, TextDocument>();
	readonly #generations = new WeakMap<TreeSession, number>();
	readonly #counts = new UseCounts();
	readonly #changes = new Emitter<TreeChange>();
	readonly #judgements = new Emitter<TreeJudgement>();
	#reconfigured: Promise<void> = Promise.resolve();

	constructor(options: TreesOptions) {
		this.#options = options;
		this.#treeSettings = new TreeSettings(options.configuration, options.folders);
		this.#places = new Places({ ...options, treeSettings: this.#treeSettings, onOpen: (session) => this.#watch(session) });
		options.documents.onDidChangeContent(({ document }) => {
			this.#unsaid.set(document.uri, document);
			this.quiet.disturb();
		});
		options.documents.onDidClose(({ document }) => {
			this.#unsaid.delete(document.uri);
			void this.#places.forget(document.uri).then((session) => session !== undefined && this.touch(session));
		});
	}

	/** Calls the listener whenever answers may differ, or the index of a tree has come further. */
	onChange(listener: (change: TreeChange) => void): Disposable {
		return this.#changes.event(listener);
	}

	/** Calls the listener whenever files were judged. */
	onJudged(listener: (judgement: TreeJudgement) => void): Disposable {
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
		return this.sessions.filter((session) => this.#places.hasOpen(session));
	}

	/** Says whether the user wants to hear about a file: the extension is on there, and the file is open or in the workspace. */
	async isWanted(session: TreeSession, path: string): Promise<boolean> {
		if (this.#places.isOpen(session, path)) return true;
		const folder = this.#options.folders.around(join(session.root, path));
		return folder !== undefined && (await this.#options.configuration.for(folder.uri)).enable;
	}

	/** As {@link Places.find}. */
	place(uri: string): Promise<Place | undefined> {
		return this.#places.find(uri);
	}

	/** As {@link Places.openFolder}. */
	openFolder(path: string): Promise<TreeSession> {
		return this.#places.openFolder(path);
	}

	/** As {@link Places.around}. */
	around(session: TreeSession): Surroundings {
		return this.#places.around(session);
	}

	/**
	 * Judges a document with all texts as they are now, those of other documents too. An edit on the way counts.
	 * @returns undefined when nothing is to be said about it
	 * @throws the reason of the signal when it fires
	 */
	async judge(uri: string, signal: AbortSignal): Promise<Judged | undefined> {
		return this.quiet.answering(() => this.#judge(uri, signal));
	}

	async #judge(uri: string, signal: AbortSignal): Promise<Judged | undefined> {
		for (;;) {
			const finding = this.place(uri);
			const place = await finding;
			if (place === undefined) return undefined;
			await this.#tell();
			const document = this.#options.documents.get(uri);
			const judgement = await place.session.judge(place.path, signal);
			signal.throwIfAborted();
			if (this.#unsaid.size > 0 || this.#options.documents.get(uri) !== document) continue;
			if (document !== undefined && this.place(uri) !== finding) continue;
			this.#counts.note(place.session, judgement);
			this.#judgements.fire({ session: place.session, pending: judgement.pending.length });
			const generation = this.generationOf(place.session);
			return { ...place, judgement, document, version: document?.version ?? null, generation };
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
		this.#counts.noteAll(session, found);
		this.#judgements.fire({ session, pending: 0 });
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

	/** Settings or folders have changed: each tree is told anew, each document looked for anew. One change after the other. */
	reconfigure(): Promise<void> {
		const run = this.#reconfigured.then(() => this.#reconfigure());
		this.#reconfigured = run.catch(() => undefined);
		return run;
	}

	/** Closes all trees for good. */
	close(): void {
		for (const session of this.sessions) this.#options.sessions.close(session);
	}

	/** Number of uses by verdict, in the files that were judged so far. */
	countUses(): Partial<Record<Verdict, number>> {
		return this.#counts.sum(this.sessions);
	}

	async #reconfigure(): Promise<void> {
		for (const document of this.#options.documents.all()) this.#unsaid.set(document.uri, document);
		await this.#places.findAnew();
		for (const session of this.sessions) this.touch(session);
		this.#changes.fire({ session: undefined, what: "answers" });
	}

	#watch(session: TreeSession): void {
		session.onChange((change) => {
			if (change === "judgements") {
				this.#treeSettings.showProblem(session);
				this.touch(session);
			} else {
				this.#changes.fire({ session, what: "progress" });
			}
		});
	}

	/** Tells the trees the last texts of the documents: of a thousand edits only what is left of them. */
	async #tell(): Promise<void> {
		const texts = [...this.#unsaid.values()];
		for (const document of texts) {
			const finding = this.place(document.uri);
			const place = await finding;
			if (this.#unsaid.get(document.uri) !== document || this.#options.documents.get(document.uri) !== document) continue;
			// Settings have changed meanwhile: it may lie in another tree now.
			if (this.place(document.uri) !== finding) continue;
			this.#unsaid.delete(document.uri);
			if (place === undefined) continue;
			place.session.setText(place.path, document.getText());
			this.#generations.set(place.session, this.generationOf(place.session) + 1);
		}
	}
}

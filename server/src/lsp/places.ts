/** Where the documents of the client lie: in which tree, under which path, and by which URI the client calls what is there. */

import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import type { TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { isFolder } from "../workspace/root.ts";
import type { TreeSession } from "../workspace/session.ts";
import type { Sessions } from "../workspace/sessions.ts";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";
import type { Surroundings } from "./protocol.ts";
import { type ClientSettings, SECTION } from "./settings.ts";
import type { TreeSettings } from "./tree-settings.ts";
import type { ClientUris } from "./uris.ts";

/** A file or an open document, where it lies, and the settings that count for it. */
export interface Place {
	readonly uri: string;
	readonly session: TreeSession;
	readonly path: string;
	readonly settings: ClientSettings;
}

export interface PlacesOptions {
	readonly documents: TextDocuments<TextDocument>;
	readonly configuration: Configuration;
	readonly treeSettings: TreeSettings;
	readonly folders: Folders;
	readonly uris: ClientUris;
	readonly sessions: Sessions;
	/** Called with each tree when it is opened, before anything is asked of it. */
	readonly onOpen: (session: TreeSession) => void;
}

export class Places {
	readonly #options: PlacesOptions;
	readonly #places = new Map<string, Promise<Place | undefined>>();
	/** URIs of open documents by tree and path, the last one opened last: links make one file two documents. */
	readonly #open = new WeakMap<TreeSession, Map<string, readonly string[]>>();
	readonly #known = new WeakSet<TreeSession>();
	/** How many trees are being opened for somebody who will need them: none is closed meanwhile. */
	#opening = 0;

	constructor(options: PlacesOptions) {
		this.#options = options;
	}

	/** Where a document or file lies; undefined when nothing is to be said about it. Its tree is opened when it was not. */
	find(uri: string): Promise<Place | undefined> {
		const known = this.#places.get(uri);
		if (known !== undefined) return known;
		const place = this.#whileOpening(() => this.#find(uri));
		if (this.#options.documents.get(uri) !== undefined) {
			this.#places.set(uri, place);
			place.catch(() => this.#places.delete(uri));
		}
		return place;
	}

	/** Opens the tree that a folder is, or lies in. */
	openFolder(path: string): Promise<TreeSession> {
		const { configuration, folders, sessions } = this.#options;
		return this.#whileOpening(async () => {
			const settings = await configuration.for(folders.scopeOfTree(path));
			const { session } = await sessions.open(join(path, "Makefile"), this.#resolveRoot(settings.root, folders.around(path)?.path));
			await this.#prepare(session);
			return session;
		});
	}

	/** Says whether a path of a tree is an open document. */
	isOpen(session: TreeSession, path: string): boolean {
		return this.#open.get(session)?.has(path) === true;
	}

	/** Says whether any document of a tree is open. */
	hasOpen(session: TreeSession): boolean {
		return (this.#open.get(session)?.size ?? 0) > 0;
	}

	/** How paths of a tree are called on the client's side. */
	around(session: TreeSession): Surroundings {
		const { documents, uris } = this.#options;
		const openAs = (path: string): string | undefined => this.#open.get(session)?.get(path)?.at(-1);
		return {
			uriOf: (path) => openAs(path) ?? uris.uriOf(join(session.root, path)),
			versionOf: (path) => documents.get(openAs(path) ?? "")?.version ?? null,
		};
	}

	/**
	 * The document was closed: it no longer stands for the file.
	 * @returns the tree in which something else counts now, if there is one
	 */
	async forget(uri: string): Promise<TreeSession | undefined> {
		const place = this.#places.get(uri);
		this.#places.delete(uri);
		this.#options.uris.close(uri);
		const known = await place?.catch(() => undefined);
		// It may have been opened again meanwhile.
		if (known === undefined || this.#options.documents.get(uri) !== undefined) return undefined;
		this.#release(known);
		this.#closeUnused();
		return known.session;
	}

	/** Settings or folders have changed: each tree is told its settings anew, each document looked for anew. */
	async findAnew(): Promise<void> {
		const before = [...this.#places.values()];
		this.#places.clear();
		this.#options.treeSettings.reset();
		const { documents, sessions } = this.#options;
		await Promise.all(sessions.sessions.map((session) => this.#prepare(session)));
		const found = await Promise.allSettled(documents.keys().map((uri) => this.find(uri)));
		const now = new Map(found.flatMap((one) => (one.status === "fulfilled" && one.value ? [[one.value.uri, one.value.session]] : [])));
		for (const known of before) {
			const old = await known.catch(() => undefined);
			if (old !== undefined && (now.get(old.uri) !== old.session || documents.get(old.uri) === undefined)) this.#release(old);
		}
		this.#closeUnused();
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
		await this.#prepare(session);
		if (documents.get(uri) !== undefined) {
			const open = this.#open.get(session) ?? new Map<string, readonly string[]>();
			const others = (open.get(path) ?? []).filter((other) => other !== uri);
			this.#open.set(session, open.set(path, [...others, uri]));
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

	async #prepare(session: TreeSession): Promise<void> {
		if (!this.#known.has(session)) {
			this.#known.add(session);
			this.#options.onOpen(session);
		}
		await this.#options.treeSettings.configure(session);
	}

	async #whileOpening<T>(open: () => Promise<T>): Promise<T> {
		this.#opening++;
		try {
			return await open();
		} finally {
			this.#opening--;
		}
	}

	/** The text of another document of the same file counts then, if there is one, else what is on disk. */
	#release({ uri, session, path }: Place): void {
		const open = this.#open.get(session);
		const uris = open?.get(path);
		if (uris === undefined || !uris.includes(uri)) return;
		const others = uris.filter((other) => other !== uri);
		if (others.length > 0) open?.set(path, others);
		else open?.delete(path);
		session.setText(path, this.#options.documents.get(others.at(-1) ?? "")?.getText());
	}

	/** Closes trees without an open document that no workspace folder has to do with. */
	#closeUnused(): void {
		const { folders, sessions } = this.#options;
		if (this.#opening > 0) return;
		for (const session of sessions.sessions) {
			if (!this.hasOpen(session) && !folders.hasPartOf(session.root)) sessions.close(session);
		}
	}
}

/** Whether a document is C: by its name where it has one, else, or when it has another, by what the editor takes it for. */
function isC(real: string | undefined, document: TextDocument | undefined): boolean {
	return document?.languageId === "c" || (real !== undefined && [".c", ".h"].includes(extname(real)));
}

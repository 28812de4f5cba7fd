/** The background index: each tree is read once for everything that can matter, with progress that the user can see and cancel. */

import { basename } from "node:path";
import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver/node";
import type { TreeSession } from "../workspace/session.ts";
import type { Folders } from "./folders.ts";
import { runInBackground } from "./handler.ts";
import { findKernelTrees } from "./kernel-trees.ts";
import type { Trees } from "./trees.ts";

/** Milliseconds after which reading a tree again is worth a progress bar; the first time always is. */
const WORTH_SHOWING = 500;
/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

export class Indexing {
	readonly #connection: Connection;
	readonly #trees: Trees;
	readonly #folders: Folders;
	readonly #stopped: AbortSignal;
	readonly #running = new Map<TreeSession, Promise<void>>();
	readonly #started = new WeakSet<TreeSession>();

	constructor(connection: Connection, trees: Trees, folders: Folders, stopped: AbortSignal) {
		this.#connection = connection;
		this.#trees = trees;
		this.#folders = folders;
		this.#stopped = stopped;
	}

	/** Starts to read a tree, the first time that it is asked to. */
	start(session: TreeSession): void {
		if (!this.#started.has(session)) runInBackground(this.#connection, this.#stopped, () => this.read(session));
	}

	/** Files of a tree have changed: it is read again, unless the user did not want it to be read. */
	filesChanged(session: TreeSession, paths: readonly string[]): void {
		const running = this.#running.get(session);
		const isWanted = running !== undefined || session.index.state === "ready";
		session.filesChanged(paths);
		if (!isWanted) return this.#trees.touch(session);
		runInBackground(this.#connection, this.#stopped, async () => {
			await running;
			if (session.index.state !== "ready") await this.read(session);
		});
	}

	/** Reads whatever can matter to a tree; ends early, quietly, when the user cancels. One run serves all who ask meanwhile. */
	read(session: TreeSession): Promise<void> {
		const running = this.#running.get(session);
		if (running !== undefined) return running;
		const run = this.#read(session).finally(() => this.#running.delete(session));
		this.#running.set(session, run);
		return run;
	}

	/**
	 * Reads every tree that the workspace has to do with.
	 * @param signal stops the waiting; what is read goes on to be read
	 * @returns the trees
	 */
	async readWorkspace(signal: AbortSignal): Promise<readonly TreeSession[]> {
		const roots = new Set(this.#folders.all.flatMap((folder) => findKernelTrees(folder.path)));
		const opened = await Promise.all([...roots].map((root) => this.#trees.openFolder(root)));
		const sessions = [...new Set([...opened, ...this.#trees.withDocuments])];
		for (const session of sessions) if (session.index.state !== "ready") await giveUpWhen(signal, this.read(session));
		return sessions;
	}

	async #read(session: TreeSession): Promise<void> {
		const controller = new AbortController();
		const signal = AbortSignal.any([controller.signal, this.#stopped]);
		const showAfter = this.#started.has(session) ? WORTH_SHOWING : 0;
		this.#started.add(session);
		const progress = new IndexProgress(this.#connection, session, () => controller.abort());
		const timer = setTimeout(() => progress.show(), showAfter);
		const listening = this.#trees.onChange((change) => {
			if (change.session === session) progress.report();
		});
		try {
			await session.readAll(signal);
			if (session.index.state === "ready") await this.#trees.countAll(session, this.#stopped);
		} finally {
			listening.dispose();
			clearTimeout(timer);
			progress.end();
		}
	}
}

/** The progress of one run, as far as the client can show it. */
class IndexProgress {
	readonly #connection: Connection;
	readonly #session: TreeSession;
	readonly #cancel: () => void;
	#reporter: WorkDoneProgressServerReporter | undefined;
	#last = 0;
	#ended = false;

	constructor(connection: Connection, session: TreeSession, cancel: () => void) {
		this.#connection = connection;
		this.#session = session;
		this.#cancel = cancel;
	}

	/** Asks the client for a progress bar; the work does not wait for its answer. */
	show(): void {
		const begin = (reporter: WorkDoneProgressServerReporter): void => {
			reporter.begin("mm-lifetime", 0, `reading ${basename(this.#session.root)}`, true);
			reporter.token.onCancellationRequested(this.#cancel);
			if (this.#ended) reporter.done();
			else this.#reporter = reporter;
		};
		// A client that refuses simply shows none.
		this.#connection.window.createWorkDoneProgress().then(begin, () => undefined);
	}

	report(): void {
		const { index } = this.#session;
		const now = performance.now();
		if (this.#reporter === undefined || index.state !== "indexing" || now - this.#last < REPORT_EVERY) return;
		this.#last = now;
		const count = index.total === 0 ? "" : ` ${index.done}/${index.total}`;
		this.#reporter.report(index.total === 0 ? 0 : (100 * index.done) / index.total, `${index.what}${count}`);
	}

	end(): void {
		this.#ended = true;
		this.#reporter?.done();
		this.#reporter = undefined;
	}
}

/** Waits for work that goes on when the signal fires; then rejects with its reason. */
async function giveUpWhen(signal: AbortSignal, work: Promise<void>): Promise<void> {
	signal.throwIfAborted();
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason);
		signal.addEventListener("abort", stop);
	});
	try {
		await Promise.race([work, aborted]);
	} finally {
		if (stop !== undefined) signal.removeEventListener("abort", stop);
	}
}

/** The background index: each tree is read once for everything that can matter, with progress that the user can see and cancel. */

import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver/node";
import type { TreeSession } from "../workspace/session.ts";
import type { Folders } from "./folders.ts";
import { freeMemory } from "./free-memory.ts";
import { runInBackground } from "./handler.ts";
import { findKernelTrees } from "./kernel-trees.ts";
import type { Trees } from "./trees.ts";

/** Milliseconds after which reading a tree again is worth a progress bar; the first time always is. */
const WORTH_SHOWING = 500;
/** Milliseconds before a tree is read for the first time: what is asked of the document that was just opened comes first. */
const LET_IN = 30;
/** Milliseconds of quiet before a tree lets go of what only texts needed that are gone. */
const QUIET = 5000;
/** Milliseconds of quiet before memory is given back. */
const MOMENT = 1000;
/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

export class Indexing {
	readonly #connection: Connection;
	readonly #trees: Trees;
	readonly #folders: Folders;
	readonly #stopped: AbortSignal;
	readonly #running = new Map<TreeSession, Promise<void>>();
	/** Trees that were asked for, without an open document perhaps. */
	readonly #wanted = new WeakSet<TreeSession>();
	/** Trees that are not read again of themselves: the user did not want that, or it failed. */
	readonly #givenUp = new WeakSet<TreeSession>();
	readonly #shown = new WeakSet<TreeSession>();
	/** Trees that are renewed as soon as it is quiet. */
	readonly #renewing = new WeakSet<TreeSession>();
	/** Whether memory is given back as soon as it is quiet. */
	#isFreeing = false;

	constructor(connection: Connection, trees: Trees, folders: Folders, stopped: AbortSignal) {
		this.#connection = connection;
		this.#trees = trees;
		this.#folders = folders;
		this.#stopped = stopped;
		trees.onChange(({ session }) => {
			if (session?.index.state === "idle") this.#keepUp(session);
		});
		trees.onJudged(({ session, pending }) => {
			if (pending > 0) this.#keepUp(session);
			if (session.isGrown && session.index.state === "ready") this.#renewWhenQuiet(session);
		});
	}

	/** Reads a tree, and from then on whenever something has changed in it. */
	start(session: TreeSession): void {
		if (this.#wanted.has(session)) return;
		this.#wanted.add(session);
		this.#keepUp(session);
	}

	/** Files of a tree have changed: it is read again, unless the user did not want it to be read. */
	filesChanged(session: TreeSession, paths: readonly string[]): void {
		session.filesChanged(paths);
		// Else the answers are compared when it has been read.
		if (!this.#running.has(session)) this.#trees.touch(session);
	}

	/** Reads whatever can matter to a tree; ends early, quietly, when the user cancels. One run serves all who ask meanwhile. */
	read(session: TreeSession): Promise<void> {
		const running = this.#running.get(session);
		if (running !== undefined) return running;
		this.#givenUp.delete(session);
		const run = this.#read(session).finally(() => {
			this.#running.delete(session);
			if (session.index.state === "idle") this.#keepUp(session);
		});
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

	/** Something in a tree was not read yet: it is, if somebody works in it. */
	#keepUp(session: TreeSession): void {
		if (this.#givenUp.has(session) || this.#stopped.aborted || !this.#trees.sessions.includes(session)) return;
		if (!this.#wanted.has(session) && !this.#trees.withDocuments.includes(session)) return;
		runInBackground(this.#connection, this.#stopped, () => this.read(session));
	}

	#renewWhenQuiet(session: TreeSession): void {
		if (this.#renewing.has(session)) return;
		this.#renewing.add(session);
		runInBackground(this.#connection, this.#stopped, async () => {
			await this.#trees.quiet.wait(QUIET, this.#stopped);
			this.#renewing.delete(session);
			if (session.isGrown && !this.#givenUp.has(session)) session.renew();
		});
	}

	/** Much of what was made to read a tree is not needed any more. */
	#freeWhenQuiet(): void {
		if (this.#isFreeing) return;
		this.#isFreeing = true;
		runInBackground(this.#connection, this.#stopped, async () => {
			await this.#trees.quiet.wait(MOMENT, this.#stopped);
			this.#isFreeing = false;
			this.#stopped.throwIfAborted();
			await freeMemory();
		});
	}

	async #read(session: TreeSession): Promise<void> {
		const controller = new AbortController();
		const signal = AbortSignal.any([controller.signal, this.#stopped]);
		const isFirst = !this.#shown.has(session);
		const showAfter = isFirst ? 0 : WORTH_SHOWING;
		this.#shown.add(session);
		const progress = new IndexProgress(this.#connection, session, () => {
			this.#givenUp.add(session);
			controller.abort();
		});
		const timer = globalThis.setTimeout(() => progress.show(), showAfter);
		const listening = this.#trees.onChange((change) => {
			if (change.session === session) progress.report();
		});
		try {
			if (isFirst) await setTimeout(LET_IN, undefined, { signal }).catch(() => undefined);
			await session.readAll(signal);
			if (session.index.state === "ready") {
				await this.#trees.countAll(session, this.#stopped);
				this.#freeWhenQuiet();
			}
		} catch (error) {
			this.#givenUp.add(session);
			throw error;
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

import type { Need, Settings, View } from "../analysis/snapshot.ts";
import type { Described, Finding, Fix, Hole, Report, Use, UseInView } from "../analysis/types.ts";
import type { Cache } from "./cache.ts";
import type { Engine } from "./engine.ts";
import { isSourceName, walkSources } from "./files.ts";
import { compileGlob } from "./glob.ts";
import { InputError } from "./input-error.ts";
import { isFileOfTree } from "./inside.ts";
import { readKernelVersion } from "./kernel-version.ts";
import { OpenTree, type Reading } from "./open-tree.ts";
import { makePause } from "./pause.ts";
import { changesSince } from "./resume.ts";
import type { Search } from "./search.ts";
import type { Change, FileJudgement, IndexState, TreeSession } from "./session.ts";
import { type FileSettings, parseSettings, readSettingsFile, SETTINGS_FILE } from "./settings-file.ts";
import { Stamps } from "./stamps.ts";

/** Where a session works. */
export interface SessionPlace {
	/** Absolute. */
	readonly root: string;
	/** A loose file is judged alone; around a `folder` (a git work tree, say) there may be kernel trees that are not its own. */
	readonly kind: "kernel" | "folder" | "loose";
}

/** Opens a tree. Nothing is read before it is asked for. */
export function openSession(place: SessionPlace, engine: Engine, search: Search, cache?: Cache): TreeSession {
	return new Session(place, engine, search, cache);
}

/** Why something that was begun is not ended: what it was about has changed. */
const outdated = new Error("outdated");

class Session implements TreeSession {
	readonly root: string;
	readonly #kind: SessionPlace["kind"];
	readonly #engine: Engine;
	readonly #search: Search;
	readonly #cache: Cache | undefined;
	/** What the files of the tree looked like when they were listed, for whoever keeps what is found out. */
	#listing: { readonly files: readonly string[]; readonly stamps: Stamps } | undefined;
	#tree: OpenTree;
	#stated: FileSettings = {};
	#problem: string | undefined;
	#excluded = "[]";
	#isExcluded: (path: string) => boolean = () => false;
	#index: IndexState = { state: "idle" };
	/** Counts edits, changed files and settings. */
	#version = 1;
	#listed = false;
	/** Whether somebody wants what was read for texts that are gone to be let go of. */
	#wantsRenewal = false;
	/** Texts of open documents. */
	readonly #open = new Map<string, string>();
	/** Files of which all that can matter was read once: from then on answers wait for what is missing. */
	readonly #settled = new Set<string>();
	/** Files of which was found out what an edit needs. */
	readonly #prepared = new Set<string>();
	readonly #reports = new Map<string, Said>();
	readonly #judgedAt = new Map<string, number>();
	/** The content that was given out last, for the version of the next. */
	readonly #given = new Map<string, { readonly text: string; readonly version: number }>();
	/** Files that changed on disk and were not looked at yet. */
	readonly #changed = new Set<string>();
	readonly #listeners: ((change: Change) => void)[] = [];
	readonly #closed = new AbortController();

	constructor(place: SessionPlace, engine: Engine, search: Search, cache: Cache | undefined) {
		this.root = place.root;
		this.#kind = place.kind;
		this.#engine = engine;
		this.#search = search;
		this.#cache = place.kind === "kernel" ? cache : undefined;
		this.#tree = this.#openTree();
		this.setSettings({});
	}

	get index(): IndexState {
		return this.#index;
	}

	get problem(): string | undefined {
		return this.#problem;
	}

	onChange(listener: (change: Change) => void): void {
		this.#listeners.push(listener);
	}

	setText(path: string, text: string | undefined): void {
		if (text === undefined) this.#open.delete(path);
		else this.#open.set(path, text);
		if (!this.#isExcluded(path)) this.#tree.setText(path, text);
		this.#version++;
	}

	filesChanged(paths: readonly string[]): void {
		for (const path of paths) this.#changed.add(path);
		this.#version++;
		if (paths.includes(SETTINGS_FILE) || paths.includes("Makefile")) this.setSettings(this.#stated);
		if (this.#index.state === "ready") this.#setIndex({ state: "idle" });
	}

	changedOnDisk(): readonly string[] {
		return this.#tree.changedOnDisk().filter((path) => !this.#changed.has(path));
	}

	setSettings(stated: FileSettings): void {
		/* the same test for what comes from an editor */
		parseSettings(JSON.stringify(stated), "settings");
		const merged = merge(this.#readFile(), stated);
		const excluded = JSON.stringify(merged.exclude);
		this.#stated = stated;
		if (excluded !== this.#excluded) {
			const tests = (merged.exclude ?? []).map(compileGlob);
			this.#excluded = excluded;
			this.#isExcluded = (path) => tests.some((test) => test(path));
			this.#tree = this.#openTree();
			this.#listed = false;
			this.#settled.clear();
			this.#reports.clear();
			for (const [path, text] of this.#open) if (!this.#isExcluded(path)) this.#tree.setText(path, text);
			if (this.#index.state === "ready") this.#setIndex({ state: "idle" });
		}
		this.#tree.setSettings(this.#toSettings(merged));
		this.#prepared.clear();
		this.#version++;
		this.#tell("judgements");
	}

	get isGrown(): boolean {
		return this.#tree.isGrown;
	}

	renew(): void {
		if (this.#index.state !== "ready") return;
		this.#wantsRenewal = true;
		this.#setIndex({ state: "idle" });
	}

	async readAll(signal: AbortSignal): Promise<void> {
		const reading = this.#reading(signal);
		try {
			this.#setIndex({ state: "indexing", what: "listing", done: 0, total: 0 });
			await this.#bringUpToDate(reading);
			for (;;) {
				const missing = [...this.#open.keys()].filter((path) => !this.#settled.has(path) && this.#isServed(path));
				if (missing.length === 0) break;
				await this.#judgeFiles(missing, reading);
				this.#tell("judgements");
			}
			if (this.#wantsRenewal) await this.#renew(reading);
			await this.#judgeFiles([], reading);
			if (this.#changed.size === 0 && !this.#tree.isGrown) this.#save();
			this.#setIndex({ state: this.#changed.size === 0 ? "ready" : "idle" });
			this.#tell("judgements");
		} catch (error) {
			if (!signal.aborted && !this.#closed.signal.aborted) throw error;
		} finally {
			if (this.#index.state === "indexing") this.#setIndex({ state: "idle" });
		}
	}

	async judge(path: string, signal: AbortSignal): Promise<FileJudgement> {
		const scope = [path, ...this.#speakersOf(path)];
		if (!this.#isServed(path)) return this.#judgement(path, []);
		if (scope.every((file) => this.#judgedAt.get(file) === this.#version)) return this.#judgement(path, []);
		if (this.#settled.has(path) || this.#index.state === "ready") {
			const reading = this.#reading(signal);
			await this.#bringUpToDate(reading);
			await this.#judgeFiles(scope, reading);
			return this.#judgement(path, []);
		}
		const view = this.#tree.view();
		const uses = view.uses([path]);
		const needs = (): readonly Need[] => view.judge([path]).needs;
		const final = this.#kind === "loose" || (uses.length > 0 && this.#tree.isAnswered(needs()) && !this.#tree.isTorn);
		if (final) this.#keep([path], view);
		return this.#judgement(path, final ? [] : uses);
	}

	async prepare(path: string, signal: AbortSignal): Promise<boolean> {
		if (this.#index.state !== "ready" || !this.#isServed(path) || this.#prepared.has(path)) return false;
		const reading = this.#reading(signal);
		const version = this.#version;
		let steps = 0;
		for (const _ of this.#tree.view().prepare([path])) {
			steps++;
			await reading.pause();
			if (version !== this.#version) return false;
		}
		this.#prepared.add(path);
		/* texts that were read for it are let go of */
		if (steps > 0) await this.#tree.settle([path], reading);
		return steps > 0;
	}

	async *judgeAll(signal: AbortSignal): AsyncIterable<FileJudgement> {
		const reading = this.#reading(signal);
		await this.#bringUpToDate(reading);
		await this.#judgeFiles([], reading);
		for (const path of this.#pathsSpokenOf()) yield this.#judgement(path, []);
	}

	async report(signal: AbortSignal): Promise<Report> {
		const reading = this.#reading(signal);
		await this.#bringUpToDate(reading);
		let { report } = (await this.#tree.settle([], reading)).judge([]);
		while (this.#tree.isTorn) report = (await this.#tree.settle([], reading)).judge([]).report;
		const stats = { ...report.stats, filesSeen: this.#tree.files.size };
		return { ...report, holes: [...report.holes, ...this.#tree.holes()], stats };
	}

	describe(path: string, line: number, column: number): Described | undefined {
		const uses = [...this.#reports.values()].flatMap((said) => said.uses);
		const described = this.#isServed(path) ? this.#tree.view().describe(path, line, column, uses) : undefined;
		return this.#tree.isTorn ? undefined : described;
	}

	async fixesFor(path: string, findingId: string, signal: AbortSignal): Promise<readonly Fix[]> {
		const finding = (await this.judge(path, signal)).findings.find(({ id }) => id === findingId);
		return finding ? this.#tree.proveFixes(finding, ["safe", "choice", "placeholder"], this.#reading(signal).pause) : [];
	}

	close(): void {
		this.#closed.abort();
	}

	/** Whether the session has anything to say about a path. */
	#isServed(path: string): boolean {
		return !this.#isExcluded(path) && (this.#kind !== "loose" || this.#open.has(path));
	}

	/** Works on a tree that has read no more than it needs, unless something changes on the way. */
	async #renew(reading: Reading): Promise<void> {
		const [before, version] = [this.#tree, this.#version];
		/* who wants it when something has changed on the way says so again */
		this.#wantsRenewal = false;
		while (this.#changed.size > 0) await this.#bringUpToDate(reading);
		const isCurrent = (): boolean => this.#tree === before && this.#version === version;
		const pause = async (): Promise<void> => {
			await reading.pause();
			if (!isCurrent()) throw outdated;
		};
		try {
			const tree = await before.renewed({ ...reading, pause });
			if (isCurrent()) this.#tree = tree;
		} catch (error) {
			if (error !== outdated) throw error;
		}
	}

	/** Judges the uses in the files of a scope (empty: all) as everything is when that is done. */
	async #judgeFiles(scope: readonly string[], reading: Reading): Promise<void> {
		for (;;) {
			await this.#bringUpToDate(reading);
			const version = this.#version;
			const view = await this.#tree.settle(scope, reading);
			/* an edit after the last look, or another tree since other files are left out, would be taken for judged */
			if (version !== this.#version) continue;
			this.#keep(scope, view);
			/* who owns references is judged for the report */
			if (!this.#tree.isTorn) return;
		}
	}

	/** Keeps what a view says about the uses in the files of a scope (empty: all). */
	#keep(scope: readonly string[], view: View): void {
		const { report } = view.judge(scope);
		if (scope.length === 0) {
			this.#reports.clear();
			this.#judgedAt.clear();
		}
		const told = [...report.uses, ...report.findings.filter(({ useId }) => useId === undefined)].map(({ file }) => file);
		const files = new Set([...(scope.length === 0 ? this.#open.keys() : scope), ...told]);
		for (const path of files) {
			const uses = report.uses.filter((use) => use.file === path);
			const ids = new Set(uses.map((use) => use.id));
			const findings = report.findings.filter(({ useId, file }) => (useId === undefined ? file === path : ids.has(useId)));
			/* those of this file alone: what is said of it must not depend on what else was asked */
			this.#reports.set(path, { uses, findings, holes: view.holes(path) });
			/* what changed on disk meanwhile was not looked at yet */
			this.#judgedAt.set(path, this.#changed.size > 0 ? 0 : this.#version);
			this.#settled.add(path);
		}
	}

	/** Other files whose uses have findings in this one. */
	#speakersOf(path: string): readonly string[] {
		const speaks = ([file, { findings }]: readonly [string, Said]): boolean =>
			file !== path && findings.some((finding) => finding.file === path);
		return [...this.#reports].filter(speaks).map(([file]) => file);
	}

	#pathsSpokenOf(): readonly string[] {
		const paths = [...this.#reports].flatMap(([file, { findings }]) => [file, ...findings.map((finding) => finding.file)]);
		return [...new Set(paths)].sort();
	}

	/** What is kept about a file. */
	#judgement(path: string, pending: readonly UseInView[]): FileJudgement {
		const own = pending.length > 0 ? undefined : this.#reports.get(path);
		const findings = [...this.#reports.values()].flatMap((said) => said.findings.filter((finding) => finding.file === path));
		const holes = [...(own?.holes ?? []), ...this.#tree.holes().filter((hole) => hole.file === path)];
		const content = { uses: own?.uses ?? [], findings: pending.length > 0 ? [] : unique(findings), pending, holes };
		const text = JSON.stringify(content);
		const last = this.#given.get(path);
		const version = last === undefined ? 1 : last.text === text ? last.version : last.version + 1;
		this.#given.set(path, { text, version });
		return { path, version, ...content };
	}

	async #bringUpToDate(reading: Reading): Promise<void> {
		while (!this.#listed && this.#kind !== "loose") {
			const tree = this.#tree;
			await this.#list(tree, await this.#walk(reading), reading);
			/* with other files left out it is another tree, of other files */
			this.#listed = tree === this.#tree;
		}
		if (this.#changed.size === 0) return;
		const paths = [...this.#changed].filter((path) => isSourceName(path) && !this.#isExcluded(path));
		this.#changed.clear();
		const there = new Set(paths.filter((path) => isFileOfTree(this.root, path)));
		const present = [...there];
		const gone = paths.filter((path) => !there.has(path));
		try {
			await this.#tree.changed({ present, gone }, reading.pause);
		} catch (error) {
			/* whoever asks next has to go on with it */
			for (const path of paths) this.#changed.add(path);
			throw error;
		}
	}

	/** The C files of the tree. */
	async #walk(reading: Reading): Promise<readonly string[]> {
		const walk = walkSources(this.root, { isExcluded: this.#isExcluded, split: this.#kind === "folder" });
		for (let step = walk.next(); ; step = walk.next()) {
			if (step.done) return step.value.files;
			await reading.pause();
		}
	}

	/** Takes files into a tree, with what an earlier run found out about them. */
	async #list(tree: OpenTree, files: readonly string[], reading: Reading): Promise<void> {
		const cached = this.#cache?.read(this.root);
		const stamps = this.#cache && (await Stamps.takeSlowly(this.root, files, reading.pause));
		if (tree === this.#tree) this.#listing = stamps && { files, stamps };
		if (cached === undefined || stamps === undefined) return tree.changed({ present: files, gone: [] }, reading.pause);
		tree.restore(cached.tree, files);
		return tree.changed(changesSince(cached, files, stamps, this.root), reading.pause);
	}

	/** Keeps what is known of the whole tree for the next run. */
	#save(): void {
		const kept = this.#listing && this.#tree.keep();
		if (kept && this.#listing) this.#cache?.write(this.root, { ...this.#listing, tree: kept });
		this.#listing = undefined;
	}

	#reading(signal: AbortSignal): Reading {
		const pause = makePause(AbortSignal.any([signal, this.#closed.signal]));
		const progress = (what: string, done: number, total: number): void => {
			if (this.#index.state === "indexing") this.#setIndex({ state: "indexing", what, done, total });
		};
		return { pause, progress };
	}

	#setIndex(index: IndexState): void {
		this.#index = index;
		this.#tell("index");
	}

	#tell(change: Change): void {
		for (const listener of this.#listeners) listener(change);
	}

	#openTree(): OpenTree {
		const input = { root: this.root, files: [], wholeFolder: this.#kind !== "loose", settings: this.#toSettings({}) };
		return new OpenTree(input, this.#engine, this.#search);
	}

	/** The settings of the tree itself; those that cannot be used are none. */
	#readFile(): FileSettings {
		this.#problem = undefined;
		try {
			return this.#kind === "loose" ? {} : readSettingsFile(this.root);
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			this.#problem = error.message;
			return {};
		}
	}

	#toSettings(merged: FileSettings): Settings {
		const version = this.#kind === "loose" ? undefined : readKernelVersion(this.root);
		return {
			kernel: merged.kernel ?? version ?? this.#engine.newestKernel,
			kernelForced: merged.kernel !== undefined,
			functions: merged.functions ?? {},
			severity: merged.severity ?? {},
			scope: [],
		};
	}
}

/** The settings of a tree, overridden by those stated. */
function merge(own: FileSettings, stated: FileSettings): FileSettings {
	return {
		...own,
		...stated,
		functions: { ...own.functions, ...stated.functions },
		severity: { ...own.severity, ...stated.severity },
		exclude: [...(own.exclude ?? []), ...(stated.exclude ?? [])],
	};
}

/** What is said about the uses of one file. */
interface Said {
	readonly uses: readonly Use[];
	readonly findings: readonly Finding[];
	readonly holes: readonly Hole[];
}

/** Several uses may say the same about one comment. */
function unique(findings: readonly Finding[]): readonly Finding[] {
	return [
		...new Map(findings.map((finding) => [`${finding.rule} ${finding.line} ${finding.column} ${finding.message}`, finding])).values(),
	];
}

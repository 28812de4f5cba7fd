import { existsSync } from "node:fs";
import { join } from "node:path";
import {
	type Extract,
	keyOfNeed,
	type Need,
	nameNeed,
	type Saved,
	type Settings,
	type SourceFile,
	type Tree,
	type View,
} from "../analysis/snapshot.ts";
import type { Applicability, Finding, Fix, Hole, UseInView } from "../analysis/types.ts";
import type { Engine } from "./engine.ts";
import { Holders } from "./holders.ts";
import { IncludeChains } from "./include-chains.ts";
import { hashText, type KeptTree } from "./kept-tree.ts";
import { neighboursOf } from "./neighbours.ts";
import type { Pause } from "./pause.ts";
import type { Search } from "./search.ts";
import { readSource, stampOf, takeText } from "./sources.ts";
import { TreeTexts } from "./tree-texts.ts";

/** How often the core may ask for more; each round is one pass over the bytes of the tree. Linux 6.1 needs fewer than half of them. */
export const MAX_ROUNDS = 32;

/** Edits after which a tree is worth renewing even where it has read nothing more: what is known of texts that are gone adds up. */
const MOST_EDITS = 1000;

/** A tree on disk, and what of it is seen. */
export interface TreeInput {
	/** Absolute. */
	readonly root: string;
	/** The C files of the tree, relative to the root. */
	readonly files: readonly string[];
	/** When false, only `files` exist as far as the core is told. */
	readonly wholeFolder: boolean;
	readonly settings: Settings;
}

/** What goes on while a tree is read. */
export interface Reading {
	readonly pause: Pause;
	/** `done` of `total` files of this round were read, of so many characters in all; 0 of 0 while files are searched. */
	readonly progress: (what: string, done: number, total: number, characters?: number) => void;
}

/**
 * A tree of which as much was read as was needed so far. The facts of a file are kept until its text changes; the view of all of them until
 * any does. The same texts give the same answers, whatever was asked and edited before.
 */
export class OpenTree {
	readonly root: string;
	readonly #engine: Engine;
	readonly #search: Search;
	#settings: Settings;
	readonly #texts: TreeTexts;
	readonly #read = new Map<string, SourceFile>();
	/** Paths of what was read, in order; undefined when others were. */
	#order: readonly string[] | undefined;
	readonly #failures = new Map<string, Hole>();
	/** Hashes of the texts that were read from disk. */
	readonly #hashes = new Map<string, string>();
	/** What files on disk were like when they were read. */
	readonly #stamps = new Map<string, string | undefined>();
	/** Paths whose text has changed since its facts were taken. */
	readonly #stale = new Set<string>();
	readonly #asked = new Map<string, Need>();
	readonly #holders: Holders;
	/** Needs for which the files near to uses were looked at. */
	readonly #askedNear = new Set<string>();
	/** Files that hold another text than the one that their pieces were cut from. */
	readonly #torn = new Set<string>();
	/** Those of all trees that share pieces: who finds out tells all. */
	readonly #tornInAll: Set<Set<string>>;
	/** What another tree has read of the same texts. */
	#known = new Map<string, Known>();
	/** Files that were read because something else needed them, now and as few as they ever were when all was settled anew. */
	#found = 0;
	#fewest: number | undefined;
	/** How many texts were put in place of files. */
	#written = 0;
	/** What {@link #written} and {@link #found} were when all was settled for the first time. */
	#whole: { readonly written: number; readonly found: number } | undefined;
	#near: { readonly places: string; readonly files: readonly string[] } | undefined;
	/** What was found out before this program ran. */
	#saved: Saved | undefined;
	#seeded = false;
	#gaveUp: Hole | undefined;
	#view: View | undefined;
	/** Counts what changes answers: texts and settings. Reading more of the tree does not. */
	#edits = 0;

	/**
	 * @param kept what was kept of this tree: what has changed since is to be told ({@link changed}) before anything is asked
	 * @param tornInAll of the trees with which it shares pieces
	 */
	constructor(input: TreeInput, engine: Engine, search: Search, kept?: KeptTree, tornInAll = new Set<Set<string>>()) {
		this.root = input.root;
		this.#engine = engine;
		this.#search = search;
		this.#settings = input.settings;
		this.#texts = new TreeTexts(input.root, input.files, input.wholeFolder);
		this.#tornInAll = tornInAll.add(this.#torn);
		this.#holders = new Holders(input.root, search, (path) => this.#isRead(path));
		if (kept) this.restore(kept, input.files);
	}

	/**
	 * Takes in what was kept of this tree, unless something was looked for already. What has changed since is to be told ({@link changed})
	 * before anything more is asked.
	 * @param all the C files of the tree now
	 */
	restore({ asked, common, files, failures, outcomes }: KeptTree, all: readonly string[]): void {
		if (this.#seeded) return;
		const before = new Map<string, SourceFile>();
		for (const path of all) this.#texts.add(path);
		for (const need of asked) this.#asked.set(nameNeed(need), need);
		this.#holders.restore(common);
		this.#seeded = true;
		for (const hole of failures) this.#failures.set(hole.file, hole);
		for (const { path, hash, includes, outline } of files) {
			const file = { path, pieces: this.#engine.reader.restore(outline, includes, this.#makeReadAgain(path, hash)) };
			before.set(path, file);
			if (this.#texts.written.has(path)) continue;
			this.#put(path, file);
			this.#stamps.set(path, stampOf(join(this.root, path)));
			this.#hashes.set(path, hash);
		}
		this.#saved = { files: before, outcomes };
		this.#view = undefined;
	}

	/** What of the tree is worth keeping for the next run; undefined while it is not all known, or texts stand for files that hold others. */
	keep(): KeptTree | undefined {
		if (!this.#seeded || this.#gaveUp || this.#stale.size > 0 || this.changedOnDisk().length > 0) return undefined;
		for (const [path, text] of this.#texts.written) {
			const source = readSource(join(this.root, path));
			if (!source.ok || source.text !== text) return undefined;
			if (this.#read.has(path)) this.#hashes.set(path, hashText(text));
		}
		const files = [...this.#read.values()].flatMap(({ path, pieces }) => {
			const outline = this.#engine.reader.outlineOf(pieces);
			const hash = this.#hashes.get(path);
			return outline && hash !== undefined ? [{ path, includes: pieces.includes, outline, hash }] : [];
		});
		return {
			asked: [...this.#asked.values()],
			common: [...this.#holders.common],
			files,
			failures: [...this.#failures.values()],
			outcomes: this.view().save(),
		};
	}

	/**
	 * Whether files may have been read for texts that are gone: since all was settled for the first time more were, or an edit came where more
	 * were needed than there had to be. After very many edits in any case.
	 */
	get isGrown(): boolean {
		if (this.#whole === undefined) return false;
		const { written, found } = this.#whole;
		return this.#found > found || this.#written > written + (found > (this.#fewest ?? found) ? 0 : MOST_EDITS);
	}

	/**
	 * The same tree, settled, as if it were opened now: of its files only those are read that the texts as they are now need. What is known
	 * of each text is shared.
	 * @throws the reason of the pause when it ends the work
	 */
	async renewed(reading: Reading): Promise<OpenTree> {
		/* what is stale is read now */
		this.view();
		const input = { root: this.root, files: [...this.#texts.files], wholeFolder: this.#texts.wholeFolder, settings: { ...this.#settings } };
		const tree = new OpenTree(input, this.#engine, this.#search, undefined, this.#tornInAll);
		tree.#known = new Map(
			[...this.#read].map(([path, file]) => [path, { file, hash: this.#hashes.get(path), stamp: this.#stamps.get(path) }]),
		);
		for (const [path, text] of this.#texts.written) tree.setText(path, text);
		tree.#fewest = this.#fewest;
		try {
			await tree.settle([], reading);
		} catch (error) {
			this.#tornInAll.delete(tree.#torn);
			throw error;
		}
		tree.#known.clear();
		return tree;
	}

	/** C files of the tree. */
	get files(): ReadonlySet<string> {
		return this.#texts.files;
	}

	setSettings(settings: Settings): void {
		this.#settings = settings;
		this.#view = undefined;
		this.#edits++;
	}

	/** Says that the text stands for the file from now on; `undefined`: what is on disk counts again. */
	setText(path: string, text: string | undefined): void {
		this.#touch(path);
		this.#texts.write(path, text);
		if (text === undefined) return;
		this.#written++;
		this.#stale.add(path);
	}

	/** Says that files were made, changed or deleted on disk. Those that were not read before are looked at for what was asked already. */
	async changed(files: { readonly present: readonly string[]; readonly gone: readonly string[] }, pause: Pause): Promise<void> {
		for (const path of files.gone) {
			this.#touch(path);
			if (!this.#texts.written.has(path)) this.#texts.remove(path);
		}
		for (const path of files.present) {
			this.#texts.add(path);
			this.#touch(path);
		}
		/* what too many files held may not be held by too many any more */
		if (this.#holders.common.size > 0 && files.present.length + files.gone.length > 0) {
			for (const name of this.#holders.common) this.#asked.delete(name);
			this.#holders.restore([]);
		}
		const fresh = files.present.filter((path) => !this.#isRead(path));
		if (!this.#seeded || fresh.length === 0) return;
		const seeds = await this.#search.findWords(this.root, fresh, this.#engine.seeds, pause);
		const asked = await this.#search.findNeeds(this.root, fresh, [...this.#asked.values()], pause);
		for (const path of [...seeds, ...asked]) this.#stale.add(path);
		if (seeds.size + asked.size > 0) this.#view = undefined;
	}

	/** Files that are no longer on disk as they were read, or that are gone. */
	changedOnDisk(): readonly string[] {
		return [...this.#stamps].filter(([path, stamp]) => stampOf(join(this.root, path)) !== stamp).map(([path]) => path);
	}

	/** Whether something was looked up in a file that holds another text by now: what came out is about neither. The next view is of the new one. */
	get isTorn(): boolean {
		return this.#torn.size > 0;
	}

	/** The view of what was read so far. */
	view(): View {
		for (const path of this.#torn) {
			this.#known.delete(path);
			this.#touch(path);
		}
		this.#torn.clear();
		for (const path of this.#stale) this.#take(path);
		this.#stale.clear();
		this.#view ??= this.#engine.openView(this.#tree(), this.#settings);
		return this.#view;
	}

	/** Whether everything that the view has asked for so far was looked for. */
	isAnswered(needs: readonly Need[]): boolean {
		return this.#seeded && needs.every((need) => this.#asked.has(nameNeed(need)));
	}

	/**
	 * Reads until nothing is missing that could matter for the uses in the scope (as in {@link Settings.scope}), and judges them. An edit on
	 * the way counts.
	 * @returns the view in which they are judged
	 * @throws the reason of the pause when it ends the work
	 */
	async settle(scope: readonly string[], reading: Reading): Promise<View> {
		if (!this.#seeded) {
			reading.progress("searching", 0, 0);
			const seeds = await this.#search.findWords(this.root, [...this.files], this.#engine.seeds, reading.pause);
			await this.#load(seeds, reading);
			this.#seeded = true;
		}
		await this.#load([...this.#texts.written.keys(), ...scope.filter((path) => this.files.has(path))], reading);
		for (let round = 1; ; ) {
			const edits = this.#edits;
			let needs = await this.#settleNear(scope, reading);
			const view = this.view();
			if (needs.length === 0) {
				for (const use of view.uses(scope)) {
					view.judgeUse(use);
					await reading.pause();
					if (edits !== this.#edits) break;
				}
				if (edits !== this.#edits) continue;
				const missing = view.judge(scope).needs.filter((need) => !this.#asked.has(nameNeed(need)));
				needs = [...new Map(missing.map((need) => [nameNeed(need), need])).values()];
			}
			if (this.isTorn) continue;
			if (needs.length === 0) {
				for (const { pieces } of this.#read.values()) pieces.forgetText?.();
				if (scope.length === 0 && this.#whole === undefined) {
					this.#whole = { written: this.#written, found: this.#found };
					/* what was kept of an earlier run was not looked for here */
					if (!this.#saved) this.#fewest = Math.min(this.#fewest ?? this.#found, this.#found);
				}
				return view;
			}
			if (round++ > MAX_ROUNDS) {
				const names = needs.map(nameNeed).slice(0, 3).join(", ");
				this.#gaveUp = { file: ".", line: 1, why: `gave up after ${MAX_ROUNDS} rounds of looking for more: ${names}` };
				return view;
			}
			reading.progress("searching", 0, 0);
			await this.#look(this.files, needs, reading);
			for (const need of needs) this.#asked.set(nameNeed(need), need);
		}
	}

	/**
	 * Reads what the uses in the scope need of the files near to them, use by use: most chains of calls stay there, so that a pass over all
	 * files answers for all links of a chain at once.
	 * @returns what was needed on the way and may be found elsewhere
	 */
	async #settleNear(scope: readonly string[], reading: Reading): Promise<readonly Need[]> {
		const placeOf = ({ file, line, column }: UseInView): string => `${file}:${line}:${column}`;
		const settled = new Set<string>();
		const missing = new Map<string, Need>();
		let known: IncludeChains | undefined;
		const chains = (): IncludeChains => {
			known ??= new IncludeChains(this.root, this.files);
			return known;
		};
		for (;;) {
			const view = this.view();
			const use = view.uses(scope).find((candidate) => !settled.has(placeOf(candidate)));
			if (use === undefined) return [...missing.values()];
			view.judgeUse(use);
			await reading.pause();
			const needs = view.needs().filter((need) => !this.#asked.has(nameNeed(need)));
			const fresh = needs.filter((need) => !this.#askedNear.has(keyOfNeed(need)));
			const read = this.#read.size;
			for (const need of fresh) if (need.need === "tag") await this.#load(chains().to(need.tag, need.from), reading);
			if (fresh.length > 0) await this.#look(this.#neighbours(view.uses(scope)), fresh, reading);
			for (const need of fresh) this.#askedNear.add(keyOfNeed(need));
			if (this.#read.size > read) continue;
			settled.add(placeOf(use));
			for (const need of needs) missing.set(nameNeed(need), need);
		}
	}

	/** Fixes of a finding of the view, each applied and judged again. @throws the reason of the pause when it ends the work */
	async proveFixes(finding: Finding, wanted: readonly Applicability[], pause: Pause): Promise<readonly Fix[]> {
		const extract: Extract = (text, before) => this.#engine.reader.read(text, before);
		const proof = this.view().proveFixes(finding, extract, wanted);
		for (;;) {
			const step = proof.next();
			/* of a text that is gone nothing is proved */
			if (step.done) return this.isTorn ? [] : step.value;
			await pause();
		}
	}

	/** What could not be read, or was given up. */
	holes(): readonly Hole[] {
		return [...(this.#gaveUp ? [this.#gaveUp] : []), ...[...this.#failures.values()].sort((a, b) => (a.file < b.file ? -1 : 1))];
	}

	/** How many files were read. */
	get filesRead(): number {
		return this.#read.size;
	}

	/** The text of a file, parsed or not; undefined when it is not there or is no source. */
	text(path: string): string | undefined {
		return this.#texts.read(path);
	}

	/** In the order of paths: what was asked first must not decide anything. */
	#tree(): Tree {
		this.#order ??= [...this.#read.keys()].sort();
		return {
			files: new Map(this.#order.map((path) => [path, this.#read.get(path) as SourceFile])),
			has: (path) => this.#texts.has(path),
			text: (path) => this.#texts.read(path),
			common: this.#holders.common,
			...(this.#saved && { saved: this.#saved }),
		};
	}

	#isRead(path: string): boolean {
		return this.#read.has(path) || this.#failures.has(path);
	}

	#touch(path: string): void {
		this.#edits++;
		if (this.#isRead(path)) this.#stale.add(path);
		this.#texts.forget(path);
		this.#view = undefined;
	}

	/** The files near to some uses, found once for the same places. */
	#neighbours(uses: readonly UseInView[]): readonly string[] {
		const places = [...new Set(uses.map(({ file }) => file))].join("\0");
		if (this.#near?.places !== places) this.#near = { places, files: neighboursOf(uses, this.files) };
		return this.#near.files;
	}

	/** Reads those of some files that hold something for one of the needs. */
	async #look(files: Iterable<string>, needs: readonly Need[], reading: Reading): Promise<void> {
		const { common } = this.#holders;
		const paths = await this.#holders.find([...files], needs, reading.pause);
		if (common !== this.#holders.common) this.#view = undefined;
		this.#found += paths.size;
		await this.#load(paths, reading);
	}

	/** Takes the facts of those files that were not read yet. */
	async #load(paths: Iterable<string>, { pause, progress }: Reading): Promise<void> {
		const added = [...new Set(paths)].filter((path) => !this.#isRead(path)).sort();
		let characters = 0;
		for (const [index, path] of added.entries()) {
			progress("reading", index, added.length, characters);
			/* somebody else may have read it meanwhile */
			if (this.#isRead(path)) continue;
			characters += this.#take(path);
			this.#view = undefined;
			await pause();
		}
	}

	/** Makes what reads a text that was read before, and then had this hash. */
	#makeReadAgain(path: string, hash: string): () => string {
		const [absolute, tornInAll] = [join(this.root, path), this.#tornInAll];
		return () => {
			const source = readSource(absolute);
			if (source.ok && hashText(source.text) === hash) return source.text;
			/* written to meanwhile: it is read anew before anything is said */
			for (const torn of tornInAll) torn.add(path);
			return "";
		};
	}

	/** Reads a file, if it is still there, and says how long its text is. */
	#take(path: string): number {
		const text = this.#texts.written.get(path);
		const absolute = join(this.root, path);
		const before = this.#read.get(path)?.pieces;
		this.#failures.delete(path);
		this.#hashes.delete(path);
		this.#stamps.delete(path);
		const known = this.#known.get(path);
		if (known) return this.#takeKnown(path, known);
		if (text === undefined && (!this.files.has(path) || !existsSync(absolute))) {
			this.#texts.remove(path);
			this.#put(path, undefined);
			return 0;
		}
		/* before it is read: a change on the way is noticed later */
		if (text === undefined) this.#stamps.set(path, stampOf(absolute));
		const source = text === undefined ? readSource(absolute) : takeText(text);
		if (source.ok) {
			const hash = text === undefined ? hashText(source.text) : undefined;
			if (hash !== undefined) this.#hashes.set(path, hash);
			const readAgain = hash === undefined ? undefined : this.#makeReadAgain(path, hash);
			this.#put(path, { path, pieces: this.#engine.reader.read(source.text, before, readAgain) });
			before?.forgetText?.();
			/* what it held before need not be there any more */
			this.#torn.delete(path);
			return source.text.length;
		}
		this.#put(path, undefined);
		this.#failures.set(path, { file: path, line: 1, why: source.why });
		return 0;
	}

	/** Keeps what was read of a file, or nothing any more. */
	#put(path: string, file: SourceFile | undefined): void {
		if (this.#read.has(path) !== (file !== undefined)) this.#order = undefined;
		if (file === undefined) this.#read.delete(path);
		else this.#read.set(path, file);
	}

	/** Takes over what another tree has read. */
	#takeKnown(path: string, { file, hash, stamp }: Known): number {
		this.#put(path, file);
		if (hash !== undefined) this.#hashes.set(path, hash);
		if (!this.#texts.written.has(path)) this.#stamps.set(path, stamp);
		return 0;
	}
}

/** What is known of a file that was read. */
interface Known {
	readonly file: SourceFile;
	readonly hash: string | undefined;
	readonly stamp: string | undefined;
}

import { join } from "node:path";
import { liesInside } from "./inside.ts";
import { readSource } from "./sources.ts";

/** The C files of a tree, and texts that stand for files. */
export class TreeTexts {
	readonly root: string;
	/** Whether there may be other files than those that are known. */
	readonly wholeFolder: boolean;
	readonly #files: Set<string>;
	readonly #written = new Map<string, string>();
	/** Whether a path is there, and what a file holds, where somebody has asked. */
	readonly #present = new Map<string, boolean>();
	readonly #texts = new Map<string, string | undefined>();

	/**
	 * @param root absolute
	 * @param files relative to the root
	 */
	constructor(root: string, files: Iterable<string>, wholeFolder: boolean) {
		this.root = root;
		this.#files = new Set(files);
		this.wholeFolder = wholeFolder;
	}

	/** The C files, those of which only a text is known too. */
	get files(): ReadonlySet<string> {
		return this.#files;
	}

	/** Texts that stand for files, by path. */
	get written(): ReadonlyMap<string, string> {
		return this.#written;
	}

	add(path: string): void {
		this.#files.add(path);
	}

	remove(path: string): void {
		this.#files.delete(path);
	}

	/** Says that a text stands for the file from now on; `undefined`: what is on disk counts again. */
	write(path: string, text: string | undefined): void {
		this.forget(path);
		if (text === undefined) this.#written.delete(path);
		else this.#written.set(path, text);
		if (text !== undefined) this.#files.add(path);
	}

	/** Forgets what is known of a file on disk: it may be another one now. */
	forget(path: string): void {
		this.#texts.delete(path);
		this.#present.delete(path);
	}

	/** Whether a path exists in the tree; one that leaves the root, by itself or by a link, does not. */
	has(path: string): boolean {
		if (this.#files.has(path)) return true;
		const known = this.#present.get(path);
		if (known !== undefined) return known;
		const present = this.wholeFolder && liesInside(this.root, path);
		this.#present.set(path, present);
		return present;
	}

	/** The text of a file; undefined when it is not there or is no source. */
	read(path: string): string | undefined {
		const written = this.#written.get(path);
		if (written !== undefined || this.#texts.has(path)) return written ?? this.#texts.get(path);
		const source = this.has(path) ? readSource(join(this.root, path)) : undefined;
		const text = source?.ok === true ? source.text : undefined;
		this.#texts.set(path, text);
		return text;
	}
}

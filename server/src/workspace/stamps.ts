/** What tells apart the states of many files without reading them. */

import { lstatSync, type Stats } from "node:fs";
import type { Pause } from "./pause.ts";

/** Numbers of one file: size, change times in milliseconds, inode. */
const FIELDS = 4;
/** A file that was changed so shortly before it was looked at may change once more without another time. */
const RACY = 2000;

/** So many files are looked at before others are let in. */
const SLICE = 100;

function takeOne(path: string, numbers: Float64Array, index: number, now: number): void {
	const stat = lookAt(path);
	const changed = stat?.ctimeMs ?? 0;
	/* one that is never found again: the file is read once more */
	numbers.set([stat?.size ?? -1, stat?.mtimeMs ?? 0, changed > now - RACY ? Number.NaN : changed, stat?.ino ?? 0], index * FIELDS);
}

/** The stamps of files, in their order. */
export class Stamps {
	readonly numbers: Float64Array;

	constructor(numbers: Float64Array) {
		this.numbers = numbers;
	}

	/** Looks at files. One that is not there, or cannot be looked at, has no size. @param now the time, in milliseconds */
	static take(root: string, files: readonly string[], now: number = Date.now()): Stamps {
		const numbers = new Float64Array(files.length * FIELDS);
		for (const [index, path] of files.entries()) takeOne(`${root}/${path}`, numbers, index, now);
		return new Stamps(numbers);
	}

	/** As {@link take}, in slices. */
	static async takeSlowly(root: string, files: readonly string[], pause: Pause): Promise<Stamps> {
		const numbers = new Float64Array(files.length * FIELDS);
		const now = Date.now();
		for (const [index, path] of files.entries()) {
			takeOne(`${root}/${path}`, numbers, index, now);
			if (index % SLICE === 0) await pause();
		}
		return new Stamps(numbers);
	}

	/** The size of all files together, in bytes. */
	get bytes(): number {
		let sum = 0;
		for (let at = 0; at < this.numbers.length; at += FIELDS) sum += Math.max(0, this.numbers[at] as number);
		return sum;
	}

	/** Whether the file that is `index` here is as the one that is `other` there. */
	isSame(index: number, then: Stamps, other: number): boolean {
		for (let field = 0; field < FIELDS; field++)
			if (this.numbers[index * FIELDS + field] !== then.numbers[other * FIELDS + field]) return false;
		return true;
	}
}

function lookAt(path: string): Stats | undefined {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch {
		return undefined;
	}
}

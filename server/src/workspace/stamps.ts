/** What tells apart the states of many files without reading them. */

import { lstatSync } from "node:fs";

/** Numbers of one file: size, change times in milliseconds, inode. */
const FIELDS = 4;
/** A file that was changed so shortly before it was looked at may change once more without another time. */
const RACY = 2000;

/** The stamps of files, in their order. */
export class Stamps {
	readonly numbers: Float64Array;

	constructor(numbers: Float64Array) {
		this.numbers = numbers;
	}

	/** Looks at files. One that is not there has no size. */
	static take(root: string, files: readonly string[]): Stamps {
		const numbers = new Float64Array(files.length * FIELDS);
		const now = Date.now();
		files.forEach((path, index) => {
			const stat = lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
			const changed = stat?.ctimeMs ?? 0;
			/* one that is never found again: the file is read once more */
			numbers.set([stat?.size ?? -1, stat?.mtimeMs ?? 0, changed > now - RACY ? Number.NaN : changed, stat?.ino ?? 0], index * FIELDS);
		});
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

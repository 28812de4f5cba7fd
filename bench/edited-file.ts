/** A file of somebody's tree that is edited for the length of one run. */

import { accessSync, constants, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * While it is edited the file is a copy, and the file itself lies beside it under another name, which no search for C files looks at. Putting
 * it back is one rename, so that nothing of it changes.
 */
export class EditedFile {
	readonly path: string;
	readonly #aside: string;
	#edits = 0;

	/**
	 * Puts back what a run that was killed has left.
	 * @throws when the folder cannot be written to
	 */
	constructor(path: string) {
		accessSync(dirname(path), constants.W_OK);
		this.path = path;
		this.#aside = `${path}.before-bench`;
		this.restore();
	}

	/** Adds blank lines at the end, one more with each edit: a text that nobody has seen before. */
	edit(): void {
		const text = readFileSync(this.path, "latin1");
		const copy = `${this.path}.edited`;
		this.#edits++;
		try {
			writeFileSync(copy, text + "\n".repeat(this.#edits), "latin1");
			linkSync(this.path, this.#aside);
			renameSync(copy, this.path);
		} finally {
			rmSync(copy, { force: true });
		}
	}

	/** Puts the file back, if it was edited. */
	restore(): void {
		if (!existsSync(this.#aside)) return;
		renameSync(this.#aside, this.path);
		// Where both are one file a rename does nothing.
		rmSync(this.#aside, { force: true });
	}
}

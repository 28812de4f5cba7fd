import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** The Makefile by which a folder is known as the top of a kernel tree. */
export const MAKEFILE = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n";

/** Writes files (path → content) into a new folder that is removed after the test; returns its absolute path. */
export function makeTree(files: Readonly<Record<string, string | Uint8Array>>): string {
	const root = realpathSync(mkdtempSync(join(tmpdir(), "mm-lifetime-")));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), content);
	}
	return root;
}

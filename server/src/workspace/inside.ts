import { lstatSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";

/**
 * Says whether there is a file or folder of that name below a root, wherever links lead: what lies elsewhere does not belong to the tree.
 * @param root an absolute folder
 * @param path relative to it
 */
export function liesInside(root: string, path: string): boolean {
	if (path.split("/").includes("..")) return false;
	try {
		const real = realpathSync(root);
		const there = realpathSync(join(root, path));
		return there === real || there.startsWith(real.endsWith(sep) ? real : `${real}${sep}`);
	} catch {
		return false;
	}
}

/** Says whether a path is that of a file which a walk of the tree finds: it is no link, and behind none that leads out. */
export function isFileOfTree(root: string, path: string): boolean {
	return liesInside(root, path) && lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
}

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Finds a program in the folders that PATH names, never in the current one: that may be anybody's tree.
 * @returns its absolute path; undefined where there is none
 */
export function findProgram(name: string): string | undefined {
	const file = process.platform === "win32" ? `${name}.exe` : name;
	const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
	return folders.map((folder) => join(folder, file)).find(isProgram);
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

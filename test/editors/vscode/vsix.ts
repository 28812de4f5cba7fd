import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const BUILD = fileURLToPath(new URL("../../../build/", import.meta.url));

/** All pictures are kept here; those of the README are copies from it. */
export const PICTURES = join(BUILD, "screenshots");

/** The package that MM_LIFETIME_VSIX names, else the one that `npm run package` made. */
export function findExtension(): string {
	const { name, version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as Record<string, string>;
	const path = process.env["MM_LIFETIME_VSIX"] ?? join(BUILD, `${name}-${version}.vsix`);
	if (!existsSync(path)) throw new Error(`${path} is missing: npm run package`);
	return path;
}

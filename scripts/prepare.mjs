// Makes a fresh clone ready: installs from package-lock.json when that was not done since it changed, then builds.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** npm writes this file last. */
const installed = modifiedAt("node_modules/.package-lock.json");
if (installed === undefined || installed < (modifiedAt("package-lock.json") ?? 0)) {
	// No package here needs a script to run; the native build of tree-sitter-c would need a compiler.
	run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}
run(process.execPath, ["esbuild.mjs"]);

function modifiedAt(path) {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function run(command, args) {
	// What npm says belongs to standard error: standard output is the program's.
	const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
	if (error) process.stderr.write(`${command}: ${error.message}\n`);
	if (status !== 0) process.exit(status ?? 1);
}

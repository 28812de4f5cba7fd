// npm test: everything that can be checked here. What a missing part keeps from running is said in one line; REQUIRE_ALL=1 makes that a failure.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const requireAll = process.env.REQUIRE_ALL === "1";
const failed = [];

run("typecheck", "typescript/bin/tsc", ["--noEmit"]);
run("lint", "@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]);
run("unit tests", "vitest/vitest.mjs", ["run"]);

const missing = [
	["6.1", "LINUX_6_1", "linux-source-6.1"],
	["6.12", "LINUX_6_12", "linux-source-6.12"],
].filter(([, variable, name]) => !isKernelTree(process.env[variable]) && !isKernelTree(`/usr/src/${name}`));
if (!existsSync("test/corpus")) {
	// Nothing to run in this checkout.
} else if (missing.length < 2 || requireAll) run("whole kernels", "vitest/vitest.mjs", ["run", "--config", "vitest.corpus.config.ts"]);
for (const [version, variable, name] of missing) {
	process.stdout.write(`skipped: tests on Linux ${version}: install ${name}, unpack it, and name the folder in ${variable}\n`);
	if (requireAll) failed.push(`tests on Linux ${version}`);
}
if (spawnSync("gcc", ["--version"]).status !== 0) {
	process.stdout.write("skipped: compiling the examples: install gcc\n");
	if (requireAll) failed.push("compiling the examples");
}

if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function run(what, script, args) {
	process.stdout.write(`== ${what}\n`);
	const { status } = spawnSync(process.execPath, [`node_modules/${script}`, ...args], { stdio: "inherit" });
	if (status !== 0) failed.push(what);
}

function isKernelTree(path) {
	return path !== undefined && existsSync(`${path}/Kbuild`) && existsSync(`${path}/include/linux/mm_types.h`);
}

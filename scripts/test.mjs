// npm test: everything that can be checked here. What a missing part keeps from running is said in one line; REQUIRE_ALL=1 makes that a failure.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const requireAll = process.env.REQUIRE_ALL === "1";
const failed = [];

run("typecheck", "node_modules/typescript/bin/tsc", ["--noEmit"]);
run("typecheck of the timeline's view", "node_modules/typescript/bin/tsc", ["-p", "client/webview"]);
run("lint", "node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]);
run("grammar", "node_modules/vscode-tmgrammar-test/dist/unit.js", ["-g", "test/syntaxes/c.tmLanguage.json", "test/syntaxes/*.c"]);
run("unit tests", "node_modules/vitest/vitest.mjs", ["run"]);
run("damaged input, a tenth of it", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.fuzz.config.ts"]);
run("command line and language server", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.programs.config.ts"]);

const missing = [
	["6.1", "LINUX_6_1", "linux-source-6.1"],
	["6.12", "LINUX_6_12", "linux-source-6.12"],
].filter(([, variable, name]) => !isKernelTree(process.env[variable]) && !isKernelTree(`/usr/src/${name}`));
if (!existsSync("test/corpus")) {
	// Nothing to run in this checkout.
} else if (missing.length < 2 || requireAll)
	run("whole kernels", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.corpus.config.ts"]);
for (const [version, variable, name] of missing) {
	process.stdout.write(`skipped: tests on Linux ${version}: install ${name}, unpack it, and name the folder in ${variable}\n`);
	if (requireAll) failed.push(`tests on Linux ${version}`);
}
const prepared = (process.env.LINUX_PREPARED ?? "").split(delimiter);
if (prepared.some((folder) => existsSync(join(folder, "include/generated/autoconf.h"))))
	run("make with the checker", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.kbuild.config.ts"]);
else {
	process.stdout.write(
		"skipped: make with the checker: apt-get install make gcc flex bison bc libelf-dev libssl-dev, prepare a kernel, and name it in LINUX_PREPARED\n",
	);
	if (requireAll) failed.push("make with the checker");
}
if (spawnSync("gcc", ["--version"]).status !== 0) {
	process.stdout.write("skipped: compiling the examples: install gcc\n");
	if (requireAll) failed.push("compiling the examples");
}

const forKernels = JSON.parse(readFileSync("test/kernel/parts.json", "utf8")).filter((part) => !isInstalled(part));
if (forKernels.length === 0) run("real kernels", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.kernel.config.ts"]);
else {
	process.stdout.write(`skipped: real kernels: apt-get install ${forKernels.map((part) => part.package).join(" ")}\n`);
	if (requireAll) failed.push("real kernels");
}

const inEditors = ["run", "--config", "vitest.editors.config.ts"];
const editors = Object.entries(JSON.parse(readFileSync("test/editors/parts.json", "utf8"))).filter(([name, parts]) => {
	const packages = parts.filter((part) => !isInstalled(part)).map((part) => part.package);
	if (packages.length === 0) return true;
	process.stdout.write(`skipped: ${name}: apt-get install ${packages.join(" ")}\n`);
	if (requireAll) failed.push(name);
	return false;
});
run("package", "scripts/package.mjs", []);
run("packaged extension", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.package.config.ts"]);
if (editors.some(([name]) => name === "real VS Code")) {
	run("real VS Code", "node_modules/vitest/vitest.mjs", [...inEditors, "test/editors/vscode"]);
}
const terminals = editors.map(([name]) => name).filter((name) => name !== "real VS Code");
if (terminals.length > 0) run(terminals.join(", "), "node_modules/vitest/vitest.mjs", [...inEditors, "test/editors/terminal"]);

if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function run(what, script, args) {
	process.stdout.write(`== ${what}\n`);
	const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit" });
	if (status !== 0) failed.push(what);
}

function isInstalled({ command, folder, startsWith }) {
	if (command !== undefined) return process.env.PATH.split(delimiter).some((path) => existsSync(join(path, command)));
	return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(startsWith));
}

function isKernelTree(path) {
	return path !== undefined && existsSync(`${path}/Kbuild`) && existsSync(`${path}/include/linux/mm_types.h`);
}

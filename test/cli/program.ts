import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The program as it is shipped; `npm test` builds it first. */
export const PROGRAM = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Run {
	readonly status: number | null;
	readonly out: string;
	readonly error: string;
}

/** Runs the program to its end, or for a minute. */
export function runProgram(
	args: readonly string[],
	options: {
		readonly cwd?: string;
		readonly input?: string | Uint8Array;
		readonly env?: Readonly<Record<string, string>>;
		readonly uid?: number;
	} = {},
): Run {
	const run: SpawnSyncReturns<string> = spawnSync(process.execPath, [PROGRAM, ...args], {
		encoding: "utf8",
		timeout: 60_000,
		maxBuffer: 64 * 1024 * 1024,
		...(options.cwd !== undefined && { cwd: options.cwd }),
		...(options.input !== undefined && { input: options.input }),
		...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
		env: { ...process.env, NO_COLOR: "", ...options.env },
	});
	return { status: run.status, out: run.stdout, error: run.stderr };
}

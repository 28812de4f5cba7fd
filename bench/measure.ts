/** Runs a program as a user starts it, and says what it took. */

import { spawn } from "node:child_process";
import { childrenSeconds, listProcesses, residentMegabytes } from "./proc.ts";

/** A program to start. */
export interface Command {
	readonly command: string;
	readonly args: readonly string[];
	/** Exit statuses of a run that did what was asked. */
	readonly statuses: readonly number[];
	/** After so many seconds it is ended, and counts as not done. */
	readonly limit?: number;
}

/** What one run took. */
export interface Run {
	readonly seconds: number;
	/** User and system, of the process and all that it started. */
	readonly cpuSeconds?: number;
	/** The most that all processes of the run had in memory at one time. */
	readonly megabytes?: number;
	readonly output: string;
}

const SAMPLE_MILLISECONDS = 20;

let running: number | undefined;

/**
 * Runs a program to its end.
 * @throws Error in one line when it cannot be started, takes too long, or ends with another status than it should
 */
export function measure({ command, args, statuses, limit }: Command): Promise<Run> {
	return new Promise((resolve, reject) => {
		const cpuBefore = childrenSeconds();
		const started = performance.now();
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
		const pid = child.pid;
		running = pid;
		let megabytes = 0;
		const sample = (): void => {
			if (pid !== undefined) megabytes = Math.max(megabytes, residentMegabytes(pid));
		};
		sample();
		const sampling = setInterval(sample, SAMPLE_MILLISECONDS);
		let late = false;
		const end = (): void => {
			late = true;
			stop(pid);
		};
		const limited = limit === undefined ? undefined : setTimeout(end, limit * 1000);
		const output: Buffer[] = [];
		const errors: Buffer[] = [];
		child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
		child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
		const stopWatching = (): void => {
			clearInterval(sampling);
			clearTimeout(limited);
			// After a failed start this is called once more, when the next run may have begun.
			if (running === pid) running = undefined;
		};
		child.on("error", (error) => {
			stopWatching();
			reject(error);
		});
		child.on("close", (status) => {
			const seconds = (performance.now() - started) / 1000;
			stopWatching();
			if (late) reject(new Error(`not done after ${limit} s`));
			else if (status === null || !statuses.includes(status))
				reject(new Error(`exit status ${status}: ${Buffer.concat(errors).toString().split("\n")[0]}`));
			else {
				const cpuAfter = childrenSeconds();
				resolve({
					seconds,
					output: Buffer.concat(output).toString(),
					...(cpuBefore !== undefined && cpuAfter !== undefined && { cpuSeconds: cpuAfter - cpuBefore }),
					...(megabytes > 0 && { megabytes }),
				});
			}
		});
	});
}

/** Ends what is being measured, with all that it has started. */
export function stopRunning(): void {
	stop(running);
}

function stop(root: number | undefined): void {
	for (const pid of root === undefined ? [] : listProcesses(root)) {
		try {
			process.kill(pid);
		} catch {
			// It has ended meanwhile.
		}
	}
}

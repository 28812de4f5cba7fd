/** What Linux says of processes under /proc; elsewhere there is nothing to read. */

import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of one process, in kB. */
export interface Resident {
	/** Its own pages. */
	readonly own: number;
	/** Pages of files, which processes of the same program share. */
	readonly ofFiles: number;
}

/** The kernel counts in these for programs, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Resident memory from /proc/PID/status; nothing of a process that has just ended. */
export function parseStatus(status: string): Resident {
	const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
	return { own: read("RssAnon") + read("RssShmem"), ofFiles: read("RssFile") };
}

/** Seconds of CPU, user and system, of the children that have ended and theirs, from /proc/PID/stat. */
export function parseChildrenSeconds(stat: string): number {
	// The name may hold blanks and parentheses; the field behind its last one is the third.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const [user = Number.NaN, system = Number.NaN] = fields.slice(13, 15).map(Number);
	return (user + system) / TICKS_PER_SECOND;
}

/** Memory of processes together, in MB; pages of files count once, for the process that has most of them. */
export function addResident(processes: readonly Resident[]): number {
	const own = processes.reduce((sum, one) => sum + one.own, 0);
	return (own + Math.max(0, ...processes.map((one) => one.ofFiles))) / 1024;
}

/** CPU seconds of all children of this process that have ended; `undefined` where there is no /proc. */
export function childrenSeconds(): number | undefined {
	const stat = read("/proc/self/stat");
	return stat === "" ? undefined : parseChildrenSeconds(stat);
}

/** A process and all that it has started, those of its threads too. */
export function listProcesses(pid: number): readonly number[] {
	const found = [pid];
	for (const one of found) {
		for (const thread of listThreads(one)) {
			const children = read(`/proc/${one}/task/${thread}/children`).trim();
			if (children !== "") found.push(...children.split(" ").map(Number));
		}
	}
	return found;
}

/** Memory of a process and all that it has started, in MB; 0 where there is no /proc. */
export function residentMegabytes(pid: number): number {
	return addResident(listProcesses(pid).map((one) => parseStatus(read(`/proc/${one}/status`))));
}

function listThreads(pid: number): readonly string[] {
	try {
		return readdirSync(`/proc/${pid}/task`);
	} catch {
		return [];
	}
}

function read(path: string): string {
	try {
		return readFileSync(path, "latin1");
	} catch {
		return "";
	}
}

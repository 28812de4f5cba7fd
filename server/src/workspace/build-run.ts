import { readFileSync } from "node:fs";

/** More processes than stand between a compiler and the make that was run. */
const MAX_DEPTH = 100;
/** The kernel's top Makefile exports it to all that it starts. */
const EXPORTED = "srctree";

/**
 * Tells one run of the kernel's make from all others: by the process that was started without what the kernel's Makefile hands on.
 * @param env of this process
 * @returns undefined where nobody says that this is a build of a kernel, or processes cannot be looked at
 */
export function findBuildRun(env: Readonly<Record<string, string | undefined>>): string | undefined {
	if (env[EXPORTED] === undefined) return undefined;
	try {
		let pid = process.ppid;
		for (let depth = 0; depth < MAX_DEPTH && isStartedByBuild(pid); depth++) pid = readStat(pid).parent;
		return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${pid} ${readStat(pid).started}`;
	} catch {
		return undefined;
	}
}

function isStartedByBuild(pid: number): boolean {
	return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${EXPORTED}=`);
}

/** The parent of a process, and when it was started. */
function readStat(pid: number): { readonly parent: number; readonly started: string } {
	const text = readFileSync(`/proc/${pid}/stat`, "latin1");
	/* the name stands in brackets, and may hold anything */
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	return { parent: Number(fields[1]), started: fields[19] ?? "" };
}

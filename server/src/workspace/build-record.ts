/** What came out about a tree in one run of make: the first of its checkers judges the tree, the others look up what it found. */

import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Finding, Hole, Report } from "../analysis/types.ts";
import { programDigest } from "./cache.ts";

/** What a checker tells of one file. */
export interface Told {
	readonly findings: readonly Finding[];
	readonly holes: readonly Hole[];
}

interface Recorded extends Told {
	/** Program, run, tree and options. */
	readonly key: string;
	/** When the tree was looked at, in milliseconds. */
	readonly taken: number;
}

/** A file that was changed so shortly before may have changed once more without another time. */
const RACY = 2000;
/** Milliseconds between two looks at whether another checker has come to its end. */
const POLL = 50;
/** Nobody waits longer for another checker, in milliseconds. */
const PATIENCE = 10 * 60 * 1000;

/** The record of a run, in a file that the checkers of all files share. */
export class BuildRecord {
	readonly #folder: string;
	readonly #root: string;
	readonly #file: string;
	readonly #key: string;

	/**
	 * @param folder where it is kept
	 * @param root of the tree
	 * @param run see `findBuildRun`
	 * @param options everything else that decides what comes out
	 */
	constructor(folder: string, root: string, run: string, options: unknown) {
		this.#folder = folder;
		this.#root = root;
		this.#file = join(folder, `${createHash("sha1").update(root).digest("hex")}.build`);
		this.#key = JSON.stringify([programDigest().toString("hex"), run, root, options]);
	}

	/**
	 * What came out about a file, when it and all that its findings pass are as they were. Judges the tree if nobody has.
	 * @param path relative to the root
	 * @returns undefined where nothing can be recorded, or the file is not as it was
	 */
	async find(path: string, judgeTree: () => Promise<Report>): Promise<Told | undefined> {
		const recorded = await this.#share(judgeTree);
		if (recorded === undefined) return undefined;
		const findings = recorded.findings.filter((finding) => isToldWith(finding, path));
		const passed = new Set([path, ...findings.flatMap(({ file, trace = [] }) => [file, ...trace.map((step) => step.file)])]);
		const isSame = [...passed].every((file) => file === "" || isOlder(join(this.#root, file), recorded.taken));
		return isSame ? { findings, holes: recorded.holes.filter(({ file }) => file === path) } : undefined;
	}

	async #share(judgeTree: () => Promise<Report>): Promise<Recorded | undefined> {
		for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL)) {
			const recorded = this.#read();
			if (recorded) return recorded;
			const lock = this.#lock();
			if (lock === "impossible") return undefined;
			if (lock === "held") continue;
			try {
				return this.#read() ?? this.#write(Date.now(), await judgeTree());
			} finally {
				rmSync(this.#lockFile, { force: true });
			}
		}
		return undefined;
	}

	get #lockFile(): string {
		return `${this.#file}.lock`;
	}

	/** Keeps others from doing the same. What is written is right without: two that judge the tree find the same. */
	#lock(): "taken" | "held" | "impossible" {
		try {
			mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
			writeFileSync(this.#lockFile, String(process.pid), { flag: "wx" });
			return "taken";
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") return "impossible";
		}
		if (!isAlive(this.#lockFile)) rmSync(this.#lockFile, { force: true });
		return "held";
	}

	#read(): Recorded | undefined {
		try {
			const recorded = JSON.parse(readFileSync(this.#file, "utf8")) as Recorded;
			return recorded.key === this.#key ? recorded : undefined;
		} catch {
			return undefined;
		}
	}

	#write(taken: number, { findings, holes }: Report): Recorded {
		const told = findings.map(({ graphs: _, ...finding }) => finding);
		const recorded: Recorded = { key: this.#key, taken, findings: told, holes };
		const draft = `${this.#file}.${process.pid}.${randomBytes(4).toString("hex")}`;
		try {
			writeFileSync(draft, JSON.stringify(recorded), { flag: "wx" });
			renameSync(draft, this.#file);
		} catch {
			rmSync(draft, { force: true });
		}
		return recorded;
	}
}

/** A header is never checked by itself: what is found in one is told with the files that its trace passes. */
function isToldWith({ file, trace = [] }: Finding, path: string): boolean {
	return file === path || (file.endsWith(".h") && trace.some((step) => step.file === path));
}

function isOlder(path: string, taken: number): boolean {
	const stat = lstatSync(path, { throwIfNoEntry: false });
	return stat !== undefined && stat.ctimeMs < taken - RACY;
}

/** Whether the process that took a lock still runs, as far as one can tell. */
function isAlive(lock: string): boolean {
	try {
		process.kill(Number(readFileSync(lock, "utf8")), 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ESRCH";
	}
}

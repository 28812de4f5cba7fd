/**
 * Edits files of a whole kernel at random through the server, for a set time, and compares it in the end with one that is started then.
 *
 *   npm run soak -- LINUX_TREE [--minutes N | --edits N] [--seed N] [--documents N] [--rough SHARE] [--pause MS] [--break EDITS] [--slowest MS]
 *     [--growth SHARE]
 *
 * By default the next edit comes as soon as the last one is answered; with `--pause 100` up to twice so many milliseconds later, as when
 * somebody types: then what the server does when nobody waits for it comes into the way too.
 * Before the first edit, and after so many (`--break 1000`), nobody types for some seconds, as people do now and then.
 * A share of the edits breaks the text (a bracket, half a comment, a deleted line); what is broken is put right within a few edits.
 * Exit status 1 when a diagnostic differs, the server complains, memory has grown by more than a tenth (`--growth 0.1`) since the first three
 * minutes (or the first fifth of a shorter run): the most that was taken in the last three against the most in the three that follow on the
 * first, so that both are of a server that has warmed up and see what lies between two collections; or the 99th percentile from an edit to
 * its diagnostics is 100 ms or more (`--slowest 100`). With `--edits` the run ends after so many, the same ones each time.
 */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { SoakClient } from "./client.ts";
import { applyEdit, chooseEdit, type EditKind, makeRandom } from "./edits.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		minutes: { type: "string", default: "30" },
		edits: { type: "string" },
		seed: { type: "string", default: "1" },
		documents: { type: "string", default: "20" },
		rough: { type: "string", default: "0.1" },
		break: { type: "string", default: "1000" },
		pause: { type: "string", default: "0" },
		slowest: { type: "string", default: "100" },
		growth: { type: "string", default: "0.1" },
	},
});
const [tree] = positionals;
if (tree === undefined || !existsSync(join(tree, "Makefile"))) {
	process.stderr.write(
		"usage: soak LINUX_TREE [--minutes N | --edits N] [--seed N] [--documents N] [--rough SHARE] [--pause MS] [--break EDITS] [--slowest MS] [--growth SHARE]\n",
	);
	process.exit(2);
}
const root = resolve(tree);
const random = makeRandom(Number(values.seed));
/** Another one, so that the edits are the same ones with pauses and without. */
const randomPause = makeRandom(Number(values.seed) + 1);
const duration = Number(values.minutes) * 60_000;
const mostEdits = values.edits === undefined ? Number.POSITIVE_INFINITY : Number(values.edits);
/** Lines that a document may have more than at first. */
const MOST_MORE = 40;
/** A break: longer than the server waits before it puts things in order. */
const BREAK = 7_000;
/** Slower edits than this many milliseconds are told one by one. */
const WORTH_TELLING = 1_000;

interface Open {
	readonly uri: string;
	readonly original: readonly string[];
	lines: readonly string[];
	isBroken: boolean;
}

/** What the server took at some time. */
interface Memory {
	readonly at: number;
	readonly edits: number;
	readonly megabytes: number;
}

const row = (what: string, value: string): void => void process.stdout.write(`${what.padEnd(40)}${value}\n`);
/** What was done last, for a server that does not survive it. */
let doing = "nothing yet";

function giveUp(how: string): never {
	row("the server died", how);
	row("after", `${latencies.length} edits`);
	row("at", doing);
	process.exit(1);
}

const latencies: number[] = [];
/** Of each, how long the server's thread was on a CPU for it. */
const onCpu: number[] = [];
const memory: Memory[] = [];
const client = new SoakClient(giveUp);
await client.start(root);
const { report } = await client.connection.sendRequest<{ report: { uses: readonly { file: string }[] } }>("mm-lifetime/report", {});
const files = [...new Set(report.uses.map(({ file }) => file))].slice(0, Number(values.documents));
const documents = files.map((file): Open => {
	const lines = readFileSync(join(root, file), "utf8").split("\n");
	return { uri: pathToFileURL(join(root, file)).href, original: lines, lines, isBroken: false };
});
for (const { uri, lines } of documents) await client.open(uri, lines.join("\n"));
await client.ready();
process.stdout.write(
	`${documents.length} documents of ${root}, seed ${values.seed}, ${values.edits === undefined ? `${values.minutes} minutes` : `${values.edits} edits`}\n`,
);

/* who opens files looks at them first */
await takeBreak();
const started = performance.now();
for (let next = 0; performance.now() - started < duration && latencies.length < mostEdits; ) {
	const document = documents[Math.floor(random() * documents.length)];
	if (document === undefined) break;
	await editOnce(document);
	if (latencies.length % Number(values.break) === 0) await takeBreak();
	const done = values.edits === undefined ? performance.now() - started : latencies.length;
	if (done < next) continue;
	takeMemory();
	next += values.edits === undefined ? Math.min(30_000, duration / 20) : mostEdits / 20;
}
await takeBreak();
takeMemory();

const differences = await compareWithFresh();
await client.stop();
process.exitCode = tell(differences) ? 0 : 1;

async function takeBreak(): Promise<void> {
	await setTimeout(BREAK);
	await client.ready();
}

function takeMemory(): void {
	const [at, megabytes] = [performance.now() - started, client.megabytes()];
	memory.push({ at, edits: latencies.length, megabytes });
	row(`memory after ${(at / 60_000).toFixed(1)} min`, `${megabytes.toFixed(0)} MB, ${latencies.length} edits`);
}

async function editOnce(document: Open): Promise<void> {
	const { uri } = document;
	if (random() < 0.02) {
		await client.close(uri);
		document.lines = document.original;
		document.isBroken = false;
		await client.open(uri, document.lines.join("\n"));
		return;
	}
	const kind = chooseKind(document);
	document.isBroken = kind === "rough" || (document.isBroken && kind !== "back");
	const edit = chooseEdit(kind, document.lines, document.original, random);
	document.lines = applyEdit(document.lines, edit);
	doing = `${uri}, lines ${edit.first} to ${edit.end}: ${JSON.stringify(edit.lines.join("\n").slice(0, 200))}`;
	const [from, onCpuBefore] = [performance.now(), client.onCpu()];
	await client.replaceLines(uri, edit.first, edit.end, edit.lines.map((line) => `${line}\n`).join(""));
	await client.diagnostics(uri);
	const took = performance.now() - from;
	latencies.push(took);
	onCpu.push(client.onCpu() - onCpuBefore);
	if (took > WORTH_TELLING) row(`edit ${latencies.length} took ${(took / 1000).toFixed(1)} s`, doing);
	/* what an editor asks besides, now and then */
	const position = { line: Math.floor(random() * document.lines.length), character: 2 };
	if (random() < 0.2) await client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position });
	if (random() < 0.1) await client.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
	await setTimeout(2 * randomPause() * Number(values.pause));
}

function chooseKind({ isBroken, lines, original }: Open): EditKind {
	if (Math.abs(lines.length - original.length) > MOST_MORE || (isBroken && random() < 0.5)) return "back";
	return random() < Number(values.rough) ? "rough" : "gentle";
}

/** Diagnostics that only one of this server and one that is started now has. */
async function compareWithFresh(): Promise<readonly string[]> {
	const fresh = new SoakClient(giveUp);
	await fresh.start(root);
	for (const { uri, lines } of documents) await fresh.open(uri, lines.join("\n"));
	await fresh.ready();
	await client.ready();
	const different: string[] = [];
	for (const { uri } of documents) {
		const [here, there] = [await client.diagnostics(uri), await fresh.diagnostics(uri)].map((all) => all.map((one) => JSON.stringify(one)));
		const told = (what: string, all: readonly string[] = [], others: readonly string[] = []): readonly string[] =>
			all.filter((one) => !others.includes(one)).map((one) => `${uri}, ${what}: ${one.slice(0, 400)}`);
		different.push(...told("only after edits", here, there), ...told("only when fresh", there, here));
	}
	await fresh.stop();
	return different;
}

function tell(different: readonly string[]): boolean {
	const percentileOf = (all: readonly number[], share: number): number =>
		all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
	const percentile = (share: number): number => percentileOf(latencies, share);
	const [whole, part] = values.edits === undefined ? [duration, Math.min(3 * 60_000, duration / 5)] : [mostEdits, mostEdits / 5];
	const most = (isIn: (done: number) => boolean): number =>
		Math.max(...memory.filter(({ at, edits }) => isIn(values.edits === undefined ? at : edits)).map(({ megabytes }) => megabytes));
	const settled = most((done) => done >= part && done <= 2 * part);
	const last = most((done) => done >= whole - part);
	row("edits", String(latencies.length));
	for (const share of [0.5, 0.95, 0.99]) row(`edit to diagnostics, ${share * 100} %`, `${percentile(share).toFixed(1)} ms`);
	row("of that on a CPU, 99 %", `${percentileOf(onCpu, 0.99).toFixed(1)} ms`);
	row("edit to diagnostics, slowest", `${percentile(1).toFixed(1)} ms`);
	row("memory at the end, of that once warm", (last / settled).toFixed(2));
	row("complaints of the server", String(client.complaints.length));
	row("diagnostics not those of a fresh server", String(different.length));
	for (const line of [...different, ...client.complaints.slice(0, 5)]) row("", line);
	const isRight = different.length === 0 && client.complaints.length === 0;
	return isRight && last / settled <= 1 + Number(values.growth) && percentile(0.99) < Number(values.slowest);
}

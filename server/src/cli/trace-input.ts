import type { StateAfter, TraceGraph, TraceStep } from "../analysis/types.ts";
import { InputError } from "../workspace/input-error.ts";

/** A trace to replay, and what it is the trace of. */
export interface NamedTrace {
	readonly title: string;
	readonly trace: readonly TraceStep[];
	readonly graphs: readonly TraceGraph[];
}

export interface TraceInput {
	readonly traces: readonly NamedTrace[];
	/** The kernel that a whole report says it is about. */
	readonly kernel?: string;
}

/**
 * Finds the traces in what `check --format json` printed: a finding, a use, a list of such, or a whole report. A trace that a use and its
 * finding share comes once.
 * @param text JSON
 * @param name the file it came from, for messages
 * @throws InputError when it is not JSON, holds no trace, or a trace lacks what a replay needs
 */
export function readTraces(text: string, name: string): TraceInput {
	let data: unknown;
	try {
		data = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch {
		throw new InputError(`${name}: not JSON`);
	}
	const found = listCarriers(data).flatMap((carrier) => readTrace(carrier, name));
	if (found.length === 0) throw new InputError(`${name}: holds no trace`);
	const traces = [...new Map(found.map((entry) => [JSON.stringify([entry.trace, entry.graphs]), entry])).values()];
	return { traces, ...(isRecord(data) && typeof data["kernel"] === "string" && { kernel: data["kernel"] }) };
}

type Json = Readonly<Record<string, unknown>>;

function listCarriers(data: unknown): readonly Json[] {
	if (Array.isArray(data)) return data.filter(isRecord);
	if (!isRecord(data)) return [];
	if (Array.isArray(data["trace"])) return [data];
	// Findings first: their title says more.
	return [data["findings"], data["uses"]].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
}

function readTrace(carrier: Json, name: string): readonly NamedTrace[] {
	const { trace, graphs } = carrier;
	if (trace === undefined) return [];
	/* a way through one function, and no interleaving: there is nothing to replay */
	if (graphs === undefined && carrier["rule"] !== undefined && carrier["useId"] === undefined) return [];
	const title = describeCarrier(carrier);
	if (!Array.isArray(trace) || !trace.every(isStep)) throw new InputError(`${name}: ${title}: a step of the trace lacks a part`);
	if (!Array.isArray(graphs) || !graphs.every(isGraph)) throw new InputError(`${name}: ${title}: the graphs of its threads are missing`);
	return [{ title, trace, graphs }];
}

function describeCarrier(carrier: Json): string {
	const what = carrier["rule"] ?? carrier["verdict"] ?? "trace";
	return `${String(carrier["file"] ?? "?")}:${String(carrier["line"] ?? "?")}: ${String(what)} in ${String(carrier["function"] ?? "?")}`;
}

const STEP: Readonly<Record<string, string>> = {
	thread: "string",
	op: "string",
	mm: "string",
	step: "string",
	file: "string",
	line: "number",
	column: "number",
	function: "string",
	node: "number",
};

function isStep(value: unknown): value is TraceStep {
	return (
		isRecord(value) &&
		Object.entries(STEP).every(([key, type]) => typeof value[key] === type) &&
		["undefined", "boolean"].includes(typeof value["branch"]) &&
		["undefined", "number"].includes(typeof value["arg"]) &&
		isState(value["after"])
	);
}

function isState(value: unknown): value is StateAfter {
	return (
		isRecord(value) &&
		typeof value["users"] === "number" &&
		typeof value["count"] === "number" &&
		typeof value["pageTables"] === "string" &&
		["live", "exit_aio", "release", "unmapping", "freed"].includes(value["pageTables"]) &&
		(value["struct"] === "live" || value["struct"] === "freed")
	);
}

function isGraph(value: unknown): value is TraceGraph {
	return (
		isRecord(value) &&
		typeof value["thread"] === "string" &&
		typeof value["start"] === "number" &&
		Array.isArray(value["nodes"]) &&
		value["nodes"].every(
			(node) =>
				isRecord(node) &&
				typeof node["op"] === "string" &&
				typeof node["file"] === "string" &&
				typeof node["line"] === "number" &&
				Array.isArray(node["next"]) &&
				node["next"].every((next) => typeof next === "number"),
		)
	);
}

function isRecord(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

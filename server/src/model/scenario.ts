/** The scenario language: `S name` begins a scenario, then one operation a line; `#` begins a line that is a comment. */

import type { Operation } from "./operation.ts";
import { isOperation } from "./steps.ts";

/** One operation as it is written: `[thread:] [mm.]operation [argument]`. */
export interface ScenarioStep {
	readonly line: number;
	/** The line without blanks around it: it names the step in the output. */
	readonly text: string;
	readonly op: Operation;
	/** The mm before the dot; without it the current one, which is the one made last. */
	readonly mm?: string;
	/** The thread before the colon, or a thread named as the argument. */
	readonly thread?: string;
	/** Number after the operation; 0 without. */
	readonly arg: number;
}

export interface Scenario {
	readonly name: string;
	readonly steps: readonly ScenarioStep[];
}

/** Operations whose argument is a kernel thread: a number or a name. */
const BY_WORKER: ReadonlySet<Operation> = new Set<Operation>(["use", "copy", "copyto", "unuse", "schedule", "mmgetkthr"]);
const NAME = /^[A-Za-z_][\w-]*$/;
const NUMBER = /^\d{1,9}$/;

/** Parses the argument of `op`; returns the step, or what is wrong with the words. */
function parseArgument(step: ScenarioStep, word: string | undefined): ScenarioStep | string {
	if (word === undefined) return step;
	if (BY_WORKER.has(step.op)) {
		if (NUMBER.test(word)) return { ...step, arg: Number(word) };
		if (!NAME.test(word)) return `'${word}' is no kernel thread: a number or a name is wanted after '${step.op}'`;
		if (step.thread !== undefined) return `the thread is named twice: '${step.thread}:' and '${word}'`;
		return { ...step, thread: word };
	}
	// Any operation may be followed by a number; most have no use for it.
	return NUMBER.test(word) ? { ...step, arg: Number(word) } : `'${word}' is no number: nothing else can follow '${step.op}'`;
}

/** Parses one line that is neither empty nor a comment nor `S`; returns the step or what is wrong. */
function parseStep(text: string, line: number): ScenarioStep | string {
	const words = text.split(/\s+/);
	let thread: string | undefined;
	if (words[0]?.endsWith(":")) {
		thread = words[0].slice(0, -1);
		if (!NAME.test(thread)) return `'${thread}' is no name of a thread`;
		words.shift();
	}
	const [first, word, ...rest] = words;
	if (first === undefined) return `no operation follows '${thread}:'`;
	const dot = first.indexOf(".");
	const mm = dot < 0 ? undefined : first.slice(0, dot);
	const op = first.slice(dot + 1);
	if (mm !== undefined && !NAME.test(mm)) return `'${mm}' is no name of an mm`;
	if (!isOperation(op)) return `'${op}' is no operation`;
	if (rest.length > 0) return `'${rest[0]}' follows the argument of '${op}'`;
	const step = { line, text, op, arg: 0, ...(mm === undefined ? {} : { mm }), ...(thread === undefined ? {} : { thread }) };
	return parseArgument(step, word);
}

/** Parses scenarios. `errors` name line and reason; lines that are wrong are left out of the scenarios. */
export function parseScenarios(text: string): { readonly scenarios: readonly Scenario[]; readonly errors: readonly string[] } {
	const scenarios: { name: string; steps: ScenarioStep[] }[] = [];
	const errors: string[] = [];
	const lines = text.split(/\r\n|\r|\n/);
	for (const [index, raw] of lines.entries()) {
		const line = raw.trim();
		const number = index + 1;
		if (line === "" || line.startsWith("#")) continue;
		if (/^S(\s|$)/.test(line)) {
			const words = line.split(/\s+/);
			if (words.length !== 2) errors.push(`line ${number}: 'S' wants one name`);
			else if (/\|/.test(words[1] ?? "")) errors.push(`line ${number}: a name holds no '|'`);
			scenarios.push({ name: words[1] ?? "?", steps: [] });
			continue;
		}
		const step = parseStep(line, number);
		if (typeof step === "string") {
			errors.push(`line ${number}: ${step}`);
			continue;
		}
		const scenario = scenarios.at(-1);
		if (scenario === undefined) errors.push(`line ${number}: '${line}' stands before the first 'S name'`);
		else scenario.steps.push(step);
	}
	return { scenarios, errors };
}

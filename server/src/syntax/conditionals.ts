/** The `#if … #elif … #else … #endif` of a token stream as groups of arms, and what each arm holds. */

import { Directive, Kind, type Tokens } from "./lexer.ts";

export interface Arm {
	/** Index of the directive that opens the arm. */
	readonly directive: number;
	/** Tokens of the arm: from (inclusive), to (exclusive: the next directive of the group). */
	readonly from: number;
	readonly to: number;
	/** Condition, canonical, and the value it must have: `CONFIG_X` false for `#ifndef CONFIG_X`. Empty for `#else`. */
	readonly condition: string;
	readonly value: boolean;
	/** Brackets: opened minus closed, and the lowest that this got. */
	readonly net: number;
	readonly low: number;
	/** First and last token, nested groups entered through their first arm; -1 when the arm is empty. */
	readonly first: number;
	readonly last: number;
}

export interface Group {
	readonly id: number;
	readonly open: number;
	/** The `#endif`. */
	readonly close: number;
	readonly arms: readonly Arm[];
	readonly hasElse: boolean;
}

export interface Conditionals {
	readonly groups: readonly Group[];
	/** For each token index that is a directive of a group: that group. */
	readonly at: ReadonlyMap<number, Group>;
	/** For each token index: the first token at or behind it that is no directive. */
	readonly following: Int32Array;
}

interface OpenGroup {
	readonly open: number;
	readonly directives: number[];
}

/** The condition of a directive, so that equal conditions compare equal: name and required value. */
function readCondition(text: string, start: number, end: number): { condition: string; value: boolean } {
	const line = text
		.slice(start, end)
		.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, " ")
		.replace(/\\\r?\n/g, " ");
	const found = /^#\s*(\w+)\s*([\s\S]*)$/.exec(line);
	const word = found?.[1] ?? "";
	let rest = (found?.[2] ?? "").trim();
	if (word === "else") return { condition: "", value: true };
	if (word === "ifdef" || word === "elifdef") return { condition: rest.split(/\s/)[0] ?? "", value: true };
	if (word === "ifndef" || word === "elifndef") return { condition: rest.split(/\s/)[0] ?? "", value: false };
	let value = true;
	while (/^!\s*(?:\w+\s*\([^()]*\)|\w+|\([^()]*\))$/.test(rest)) {
		value = !value;
		rest = rest.slice(1).trim();
	}
	const named = /^(?:defined|IS_ENABLED|IS_BUILTIN|IS_REACHABLE)\s*\(?\s*(\w+)\s*\)?$/.exec(rest);
	return { condition: named?.[1] ?? rest.replace(/\s+/g, ""), value };
}

/** Groups the conditional directives of a file. Directives without a partner belong to no group. */
export function readConditionals(text: string, tokens: Tokens): Conditionals {
	const groups: Group[] = [];
	const at = new Map<number, Group>();
	const byOpen = new Map<number, Group>();
	const stack: OpenGroup[] = [];

	const readArm = (directive: number, to: number): Arm => {
		let net = 0;
		let low = 0;
		let first = -1;
		let last = -1;
		for (let i = directive + 1; i < to; i++) {
			if (tokens.kind[i] === Kind.directive) {
				const nested = byOpen.get(i);
				if (nested === undefined) continue;
				const arm = nested.arms[0];
				if (arm !== undefined && arm.first >= 0) {
					if (first < 0) first = arm.first;
					last = arm.last;
					low = Math.min(low, net + arm.low);
					net += arm.net;
				}
				i = nested.close;
				continue;
			}
			if (first < 0) first = i;
			last = i;
			if (tokens.kind[i] !== Kind.punct) continue;
			const what = tokens.what[i];
			if (what === 40 || what === 91 || what === 123) net++;
			else if (what === 41 || what === 93 || what === 125) {
				net--;
				if (net < low) low = net;
			}
		}
		const { condition, value } = readCondition(text, tokens.start[directive] ?? 0, tokens.end[directive] ?? 0);
		return { directive, from: directive + 1, to, condition, value, net, low, first, last };
	};

	for (let i = 0; i < tokens.count; i++) {
		if (tokens.kind[i] !== Kind.directive) continue;
		const what = tokens.what[i];
		const top = stack[stack.length - 1];
		if (what === Directive.if) stack.push({ open: i, directives: [i] });
		else if (what === Directive.elif || what === Directive.else) top?.directives.push(i);
		else if (what === Directive.endif && top !== undefined) {
			stack.pop();
			const arms = top.directives.map((directive, n) => readArm(directive, top.directives[n + 1] ?? i));
			const hasElse = arms.some((arm, n) => n > 0 && tokens.what[arm.directive] === Directive.else);
			const group: Group = { id: groups.length, open: top.open, close: i, arms, hasElse };
			groups.push(group);
			byOpen.set(top.open, group);
			for (const directive of top.directives) at.set(directive, group);
			at.set(i, group);
		}
	}
	const following = new Int32Array(tokens.count + 2).fill(tokens.count);
	for (let i = tokens.count - 1; i >= 0; i--) following[i] = tokens.kind[i] === Kind.directive ? (following[i + 1] ?? tokens.count) : i;
	return { groups, at, following };
}

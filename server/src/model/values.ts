/** What a thread knows of its variables: values as small numbers, and what a test on them tells. */

import type { Test, Value } from "./program.ts";

/** Codes of values; a tracked mm is `FIRST_MM` plus its index. */
export const UNKNOWN = 0;
export const NULL = 1;
export const TRUE = 2;
export const FALSE = 3;
const ERROR = 4;
export const OTHER = 5;
const STACK = 6;
const HEAP = 7;
const FREED = 8;
/** Known only not to be an error pointer, after a test that said so. */
const NOT_ERROR = 9;
export const FIRST_MM = 10;

const CODES: Readonly<Record<string, number>> = {
	null: NULL,
	true: TRUE,
	false: FALSE,
	error: ERROR,
	other: OTHER,
	stack: STACK,
	heap: HEAP,
	freed: FREED,
};

/** Returns the code of a value. An mm that the program does not track is `other`. */
export function encodeValue(value: Value, mms: readonly string[]): number {
	if (!value.startsWith("mm:")) return CODES[value] ?? UNKNOWN;
	const index = mms.indexOf(value.slice(3));
	return index < 0 ? OTHER : FIRST_MM + index;
}

/** One way a test can go, and what the tested values are known to be then. */
export interface Outcome {
	readonly taken: boolean;
	readonly left: number;
	readonly right: number;
}

/** `if (x)`. An unknown value that is false is NULL or 0, which nothing tells apart. */
function decideTruth(value: number): readonly Outcome[] {
	const known = (taken: boolean): readonly Outcome[] => [{ taken, left: value, right: UNKNOWN }];
	if (value === NULL || value === FALSE) return known(false);
	if (value !== UNKNOWN && value !== NOT_ERROR) return known(true);
	return [
		{ taken: true, left: TRUE, right: UNKNOWN },
		{ taken: false, left: NULL, right: UNKNOWN },
	];
}

/** `IS_ERR(x)`. */
function decideError(value: number): readonly Outcome[] {
	if (value !== UNKNOWN) return [{ taken: value === ERROR, left: value, right: UNKNOWN }];
	return [
		{ taken: true, left: ERROR, right: UNKNOWN },
		{ taken: false, left: NOT_ERROR, right: UNKNOWN },
	];
}

/** `IS_ERR_OR_NULL(x)`. */
function decideErrorOrNull(value: number): readonly Outcome[] {
	if (value !== UNKNOWN && value !== NOT_ERROR) {
		return [{ taken: value === ERROR || value === NULL || value === FALSE, left: value, right: UNKNOWN }];
	}
	const errors = value === UNKNOWN ? [{ taken: true, left: ERROR, right: UNKNOWN }] : [];
	return [...errors, { taken: true, left: NULL, right: UNKNOWN }, { taken: false, left: TRUE, right: UNKNOWN }];
}

/** Values that name one thing: two of the same code are the same thing. */
function isExact(value: number): boolean {
	return value === NULL || value === FALSE || value >= FIRST_MM;
}

/** Values of which only some properties are known. */
function isOpen(value: number): boolean {
	return value === UNKNOWN || value === NOT_ERROR || value === TRUE;
}

/** True when the two values cannot be the same. */
function mustDiffer(left: number, right: number): boolean {
	const zero = (value: number) => value === NULL || value === FALSE;
	const maybeZero = (value: number) => zero(value) || value === UNKNOWN || value === NOT_ERROR || value === FREED;
	if (zero(left) || zero(right)) return !(maybeZero(left) && maybeZero(right));
	if (isOpen(left) || isOpen(right)) return (left === NOT_ERROR && right === ERROR) || (right === NOT_ERROR && left === ERROR);
	if (left === FREED || right === FREED) return false;
	return left !== right;
}

/** What an open value is known to be once it is not equal to `known`. */
function unequal(open: number, known: number): number {
	if (known === NULL || known === FALSE) return TRUE;
	return known >= FIRST_MM ? OTHER : open;
}

/** `left == right`. */
function decideEqual(left: number, right: number, same: boolean): readonly Outcome[] {
	const zeros = (left === NULL || left === FALSE) && (right === NULL || right === FALSE);
	if (same || zeros || (left === right && isExact(left))) return [{ taken: true, left, right }];
	if (mustDiffer(left, right)) return [{ taken: false, left, right }];
	if (isOpen(left) && !isOpen(right)) {
		return [
			{ taken: true, left: right, right },
			{ taken: false, left: unequal(left, right), right },
		];
	}
	if (isOpen(right) && !isOpen(left)) {
		return [
			{ taken: true, left, right: left },
			{ taken: false, left, right: unequal(right, left) },
		];
	}
	return [
		{ taken: true, left, right },
		{ taken: false, left, right },
	];
}

/**
 * Returns every way a test can go, the way taken when it is true first. `right` is looked at by `equal`, and is the value that `is`
 * asks for; `same`: both sides are the same variable.
 */
export function decide(test: Test["test"], left: number, right: number, same: boolean): readonly Outcome[] {
	switch (test) {
		case "truth":
			return decideTruth(left);
		case "equal":
			return decideEqual(left, right, same);
		case "error":
			return decideError(left);
		case "is":
			return [{ taken: left !== UNKNOWN && left === right, left, right }];
		default:
			return decideErrorOrNull(left);
	}
}

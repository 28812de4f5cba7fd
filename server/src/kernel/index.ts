/** The table of kernel functions: which rows hold for a kernel, and lookups in it. */

import { ACCESS } from "./access.ts";
import { BARRIERS } from "./barriers.ts";
import { BORROWING } from "./borrowing.ts";
import { LANGUAGE } from "./language.ts";
import { LISTS } from "./lists.ts";
import { LOCKS } from "./locks.ts";
import { MEMORY } from "./memory.ts";
import { NOTIFIERS } from "./notifiers.ts";
import { PRODUCERS } from "./producers.ts";
import { REFERENCES } from "./references.ts";
import { REQUESTS } from "./requests.ts";
import { FUNCTION_SLOTS, type FunctionSlot } from "./tables.ts";
import { THREADS } from "./threads.ts";
import type { KernelFunction } from "./types.ts";
import { USER_MEMORY } from "./user-memory.ts";
import { holds } from "./versions.ts";
import { WORK } from "./work.ts";

/** Every row of every version. */
export const ALL_ROWS: readonly KernelFunction[] = [
	...REFERENCES,
	...PRODUCERS,
	...BORROWING,
	...ACCESS,
	...USER_MEMORY,
	...NOTIFIERS,
	...THREADS,
	...WORK,
	...BARRIERS,
	...REQUESTS,
	...MEMORY,
	...LOCKS,
	...LANGUAGE,
	...LISTS,
];

/** Gives the text of a file of the tree at hand, or undefined when it is not there or was not read. */
export type ReadText = (path: string) => string | undefined;

/**
 * The functions of one kernel, by name (`kiocb.ki_complete` for a call through a field).
 * @param version `6.1.192`; text that is no version counts as the newest known kernel.
 * @param overrides functions of the user that act like known ones: `{ my_get_mm: "get_task_mm" }`; entries that name no known function
 *   are left out (see {@link findUnknownOverrides}).
 * @param readText when given, what the tree itself shows decides between rows of one name before the version does.
 */
export function kernelFunctions(
	version: string,
	overrides: Readonly<Record<string, string>> = {},
	readText?: ReadText,
): ReadonlyMap<string, KernelFunction> {
	const functions = new Map<string, KernelFunction>();
	for (const row of ALL_ROWS) {
		if (holds(row.versions, version)) {
			functions.set(row.name, row);
		}
	}
	if (readText !== undefined) {
		for (const row of ALL_ROWS) {
			const text = row.evidence === undefined ? undefined : readText(row.evidence.file);
			if (text !== undefined && row.evidence?.pattern.test(text) === true) {
				functions.set(row.name, row);
			}
		}
	}
	const known = new Map(functions);
	for (const [name, like] of Object.entries(overrides)) {
		const row = known.get(like) ?? ALL_ROWS.find((candidate) => candidate.name === like);
		if (row !== undefined) {
			functions.set(name, { ...row, name });
		}
	}
	return functions;
}

const numbers = new Map(ALL_ROWS.map((row, number) => [row, number]));

/** A text that equal tables share, in one version of this program. */
export function signatureOf(functions: ReadonlyMap<string, KernelFunction>): string {
	return [...functions].map(([name, row]) => `${name}:${numbers.get(row) ?? row.acts.map(({ act }) => act).join("+")}`).join(" ");
}

/** The user's overrides that name no function of the table in any version, so that a client can say so. */
export function findUnknownOverrides(overrides: Readonly<Record<string, string>>): readonly string[] {
	const known = new Set(ALL_ROWS.map((row) => row.name));
	return Object.entries(overrides).flatMap(([name, like]) => (known.has(like) ? [] : [name]));
}

/**
 * The function that a call through `field` of `struct struct` reaches, for fields that only the kernel itself sets
 * (`iocb->ki_complete(iocb, ret)`).
 */
export function findFieldFunction(
	functions: ReadonlyMap<string, KernelFunction>,
	struct: string,
	field: string,
): KernelFunction | undefined {
	return functions.get(`${struct}.${field}`);
}

/**
 * In which thread the kernel runs the functions of its op tables, by `struct.field`.
 * @param version as for {@link kernelFunctions}.
 */
export function functionSlots(version: string): ReadonlyMap<string, FunctionSlot> {
	return new Map(FUNCTION_SLOTS.filter((slot) => holds(slot.versions, version)).map((slot) => [`${slot.struct}.${slot.field}`, slot]));
}

/** The slot that `field` of `struct struct` is, or undefined when the kernel calls nothing through it. */
export function findSlot(slots: ReadonlyMap<string, FunctionSlot>, struct: string, field: string): FunctionSlot | undefined {
	return slots.get(`${struct}.${field}`);
}

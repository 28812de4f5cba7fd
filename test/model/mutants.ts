/** Mutants of the step table: each lacks one guard, has one guard turned around, or lacks one effect. */

import type { Operation } from "../../server/src/model/operation.ts";
import { STEPS, type StepRow, type StepTable } from "../../server/src/model/steps.ts";

export interface Mutant {
	/** `op: without NAME` or `op: NAME turned around`. */
	readonly name: string;
	readonly table: StepTable;
}

/** Returns all mutants of the step table. */
export function makeMutants(): Mutant[] {
	const mutants: Mutant[] = [];
	for (const [op, row] of Object.entries(STEPS) as [Operation, StepRow][]) {
		const add = (name: string, changed: StepRow) => mutants.push({ name: `${op}: ${name}`, table: { ...STEPS, [op]: changed } });
		for (const [at, guard] of row.guards.entries()) {
			add(`without ${guard.name}`, { ...row, guards: row.guards.filter((_, index) => index !== at) });
			const turned = { ...guard, holds: (...args: Parameters<typeof guard.holds>) => !guard.holds(...args) };
			add(`${guard.name} turned around`, { ...row, guards: row.guards.map((other, index) => (index === at ? turned : other)) });
		}
		for (const [at, effect] of row.effects.entries()) {
			add(`without ${effect.name}`, { ...row, effects: row.effects.filter((_, index) => index !== at) });
		}
	}
	return mutants;
}

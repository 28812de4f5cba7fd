/** What is done to judge one use; what is still the same in a later program is not done again. */

import { type Asked, type Exploration, Explorations } from "../model/explorer.ts";
import { type Witnessed, Witnesses } from "../model/witness.ts";
import type { Program } from "../program/program.ts";
import { type Compilation, Compilations } from "./compilations.ts";

export type { Exploration };

/** What was done, as data. */
export interface WorkDone {
	readonly compiled: readonly Compilation[];
	readonly explored: readonly Asked[];
	readonly witnessed: readonly Witnessed[];
}

export class Work {
	readonly compilations: Compilations;
	readonly explorations: Explorations;
	readonly witnesses: Witnesses;

	/** @param earlier what was done for the same use before */
	constructor(program: Program, earlier: WorkDone | undefined) {
		this.compilations = new Compilations(program, earlier?.compiled);
		this.explorations = new Explorations(earlier?.explored);
		this.witnesses = new Witnesses(earlier?.witnessed);
	}

	/** What was done so far. */
	get done(): WorkDone {
		return { compiled: this.compilations.made, explored: this.explorations.asked, witnessed: this.witnesses.found };
	}
}

/** Segments of the routes to one use, compiled: none again of which nothing has changed that it was made of. */

import { isSame } from "../model/same.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { Program } from "../program/program.ts";
import type { Record } from "../program/questions.ts";
import { type Compiled, compileBeside, compileCapture, compileUse, type Options } from "./compile.ts";
import type { Until } from "./prune.ts";
import type { Capture, Segment } from "./routes.ts";

/** What is compiled. */
type Wanted =
	| { readonly as: "capture"; readonly segment: Capture; readonly options: Options }
	| { readonly as: "use"; readonly segment: Segment; readonly options: Options; readonly call: CallExpr; readonly until: Until }
	| { readonly as: "beside"; readonly segment: Segment; readonly options: Options };

/** A segment that was compiled, and what has to be as it was for that to hold. */
export interface Compilation {
	readonly wanted: Wanted;
	readonly compiled: Compiled;
	readonly record: Record;
}

export class Compilations {
	readonly #program: Program;
	readonly #earlier: readonly Compilation[];
	readonly #made: Compilation[] = [];

	/** @param earlier those of the use in an earlier program */
	constructor(program: Program, earlier: readonly Compilation[] = []) {
		this.#program = program;
		this.#earlier = earlier;
	}

	/** What was compiled so far, or taken over. */
	get made(): readonly Compilation[] {
		return this.#made;
	}

	/** As {@link compileCapture}, {@link compileUse} and {@link compileBeside}. */
	compile(wanted: Wanted): Compiled {
		const isWanted = (known: Compilation): boolean => isSameWanted(known.wanted, wanted);
		let found = this.#made.find(isWanted);
		if (found === undefined) {
			found = this.#earlier.find((known) => isWanted(known) && this.#program.holds(known.record)) ?? this.#make(wanted);
			this.#made.push(found);
		}
		this.#program.takeOver(found.record);
		return found.compiled;
	}

	#make(wanted: Wanted): Compilation {
		const { answer: compiled, record } = this.#program.record(() => compile(this.#program, wanted));
		return { wanted, compiled, record };
	}
}

function compile(program: Program, wanted: Wanted): Compiled {
	if (wanted.as === "capture") return compileCapture(program, wanted.segment, wanted.options);
	if (wanted.as === "beside") return compileBeside(program, wanted.segment, wanted.options);
	return compileUse(program, wanted.segment, wanted.call, wanted.options, wanted.until);
}

/** Functions and calls are the same when they are the same objects. */
function isSameWanted(one: Wanted, other: Wanted): boolean {
	if (one.as !== other.as || !isSameSegment(one.segment, other.segment) || !isSame(one.options, other.options)) return false;
	if (one.as === "capture" && other.as === "capture") return isSame(one.segment.slot, other.segment.slot);
	return one.as !== "use" || other.as !== "use" || (one.call === other.call && one.until === other.until);
}

function isSameSegment(one: Segment, other: Segment): boolean {
	return (
		one.top === other.top &&
		one.context === other.context &&
		one.given === other.given &&
		one.path.length === other.path.length &&
		one.path.every((fn, at) => fn === other.path[at]) &&
		one.forced.size === other.forced.size &&
		[...one.forced].every(([call, fn]) => other.forced.get(call) === fn)
	);
}

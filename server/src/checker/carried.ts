/** What carries the mm along a route: the stores that put it into fields, and the fields. */

import type { CarryingField, Place } from "../analysis/types.ts";
import { placeOf } from "../program/places.ts";
import type { Writer } from "../program/writers.ts";
import type { WideRoute } from "./assemble.ts";
import { textOf } from "./lower-expressions.ts";

/** The place of a store, with its text: `dev->mm = current->mm`. */
export function placeOfWriter({ fn, left, value }: Writer): Place {
	return { file: fn.file, ...placeOf(fn.facts, left.at), function: fn.facts.name, text: `${textOf(left)} = ${textOf(value)}` };
}

/** The stores along a route, the first capture first. */
export function capturesOf(route: WideRoute): readonly Place[] {
	return route.captures.map((capture) => placeOfWriter(capture.writer));
}

/** The fields along a route, in the order of its captures. */
export function fieldsOf(route: WideRoute): readonly CarryingField[] {
	return route.captures.map(({ slot: { struct, field } }) => {
		const line = (struct.facts.fields.find((candidate) => candidate.name === field)?.line ?? struct.facts.line) + 1;
		return { struct: struct.facts.tag, field, file: struct.file, line };
	});
}

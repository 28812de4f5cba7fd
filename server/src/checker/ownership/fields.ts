/** Which field of which struct a key denotes: by the tag and the field's name, so that all ways to write it are one. */

import { KERNEL_MM_FIELDS, NAMES } from "../../kernel/identifiers.ts";
import type { Key } from "../../model/program.ts";
import { occurrencesIn } from "../../program/occurrences.ts";
import type { FunctionDef, Program } from "../../program/program.ts";
import { resolveTypedef, typeOf } from "../../program/typing.ts";
import { dependsOn } from "../frame.ts";
import { CURRENT_MM } from "../keys.ts";
import type { Owning } from "../lowering.ts";

/** What stands behind a key: the running task's mm, that of another task, one that the kernel keeps, a field of a struct, a variable. */
export type Place =
	| { readonly place: "current" | "own" | "unknown" }
	/** With the reference that the kernel itself holds for it. */
	| { readonly place: "kernel"; readonly reference: "count" | "lazy" | "none" }
	| { readonly place: "task"; readonly isGiven: boolean }
	| { readonly place: "param"; readonly index: number }
	| { readonly place: "field"; readonly field: string };

/** The functions that store to a field of a struct of that tag, or in some folders of one that is not known. */
export function writersOfField(program: Program, name: string, folders: ReadonlySet<string>): readonly FunctionDef[] {
	const at = Math.max(name.lastIndexOf("."), name.lastIndexOf(":"));
	const [tag, field] = [name.slice(0, at), name.slice(at + 1)];
	return program.quietly(() =>
		program.functionsStoringTo([field]).filter((fn) =>
			(occurrencesIn(program.bodyOf(fn)).stores.get(field) ?? []).some(({ left }) => {
				const base = typeOf(program, fn, left.base);
				const type = base && resolveTypedef(program, base).type;
				const isKnown = type !== undefined && (type.kind === "struct" || type.kind === "union");
				return isKnown ? type.name === tag : folders.has(fn.file.slice(0, fn.file.lastIndexOf("/") + 1));
			}),
		),
	);
}

/** Says whether a key may denote a pointer to an mm: not when it is a field that is known to be something else. */
export function mayHoldMm(program: Program, fields: Owning["fields"], key: Key): boolean {
	const at = fields.get(key);
	const typed = at && program.quietly(() => typeOf(program, at.fn, at.expr));
	if (!typed) return true;
	const { kind, name, stars } = resolveTypedef(program, typed).type;
	return (kind === "struct" && name === NAMES.mm) || kind === "unknown" || (stars > 0 && name === "void");
}

/** Says what keys denote, in one function. */
export function makePlaceOf(
	program: Program,
	fields: Owning["fields"],
	params: readonly string[],
	isOwn: (key: Key) => boolean,
): (key: Key) => Place {
	const known = new Map<Key, Place>();
	const find = (key: Key): Place => {
		if (key === CURRENT_MM) return { place: "current" };
		const index = params.indexOf(key);
		if (index >= 0) return { place: "param", index };
		if (isOwn(key)) return { place: "own" };
		const at = fields.get(key);
		if (!at) return /^[A-Za-z_]\w*$/.test(key) ? { place: "field", field: `::${key}` } : { place: "unknown" };
		const { expr, fn } = at;
		const base = program.quietly(() => typeOf(program, fn, expr.base));
		const type = base && resolveTypedef(program, base).type;
		const tag = type?.kind === "struct" || type?.kind === "union" ? type.name : undefined;
		if (tag === NAMES.task && NAMES.taskMm.has(expr.field)) {
			/* what a thread runs on lazily is the scheduler's; whose task a caller gives, and what it holds of it, the caller knows */
			if (expr.field !== NAMES.mmOfTask) return { place: "kernel", reference: "lazy" };
			return { place: "task", isGiven: params.some((param) => dependsOn(key, param)) };
		}
		const row = KERNEL_MM_FIELDS.find(({ struct, field }) => struct === tag && field === expr.field);
		if (row) return { place: "kernel", reference: row.reference };
		return { place: "field", field: `${tag ?? "?"}.${expr.field}` };
	};
	return (key) => {
		let place = known.get(key);
		if (!place) {
			place = find(key);
			known.set(key, place);
		}
		return place;
	};
}

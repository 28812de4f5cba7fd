/** Fields between which mms are moved, as one. */

import type { FieldEffect, Ownership } from "./types.ts";

export interface Group {
	readonly fields: ReadonlySet<string>;
	/** All that is done to them. */
	readonly effects: readonly FieldEffect[];
}

interface Growing extends Group {
	readonly fields: Set<string>;
	readonly effects: FieldEffect[];
}

/** The field alone. */
export function lastOf(field: string): string {
	return field.slice(Math.max(field.lastIndexOf("."), field.lastIndexOf(":")) + 1);
}

/** The folder of a file, with the slash. */
export function folderOf(file: string): string {
	return file.slice(0, file.lastIndexOf("/") + 1);
}

/**
 * Says which field is meant where the struct is not known: the only one of that name in the folder, else none.
 * A name that begins with `?` stands for all of them in one folder.
 */
function makeNamed(functions: readonly Ownership[]): (name: string, file: string) => string | undefined {
	const known = new Map<string, Set<string>>();
	for (const { effects } of functions)
		for (const { field, from, at } of effects)
			for (const name of [field, from ?? ""]) {
				if (name === "" || name.startsWith("?")) continue;
				const key = `${folderOf(at.file)} ${lastOf(name)}`;
				const names = known.get(key) ?? new Set();
				known.set(key, names.add(name));
			}
	return (name, file) => {
		if (!name.startsWith("?")) return name;
		const [only, ...others] = known.get(`${folderOf(file)} ${lastOf(name)}`) ?? [];
		if (others.length > 0) return undefined;
		return only ?? `${folderOf(file)}${name}`;
	};
}

/** The groups of all fields; those of which nobody knows which struct is meant are left out, with all that they may be. */
export function groupsOf(functions: readonly Ownership[]): readonly Group[] {
	const named = makeNamed(functions);
	const groups = new Map<string, Growing>();
	const blurred = new Set<string>();
	const groupOf = (field: string): Growing => {
		let group = groups.get(field);
		if (!group) {
			group = { fields: new Set([field]), effects: [] };
			groups.set(field, group);
		}
		return group;
	};
	for (const { effects } of functions)
		for (const effect of effects) {
			const name = named(effect.field, effect.at.file);
			const from = effect.from ? named(effect.from, effect.at.file) : undefined;
			if (name === undefined) {
				if (effect.change === "takes" || effect.change === "gives") blurred.add(`${folderOf(effect.at.file)} ${lastOf(effect.field)}`);
				continue;
			}
			const group = groupOf(name);
			group.effects.push(effect);
			if (effect.change !== "moves" || from === undefined) continue;
			const other = groupOf(from);
			if (other === group) continue;
			for (const field of other.fields) {
				group.fields.add(field);
				groups.set(field, group);
			}
			group.effects.push(...other.effects);
		}
	const isClear = ({ fields, effects }: Group): boolean =>
		!effects.some(({ at }) => [...fields].some((field) => blurred.has(`${folderOf(at.file)} ${lastOf(field)}`)));
	return [...new Set(groups.values())].filter(isClear);
}

/** Takes in what other arms of an `#if` show. */

import type { Items } from "./items.ts";

/**
 * Gives a function that adds to `items` the facts of another reading of the file that are not there already, word for word. Taking in
 * many readings costs time in proportion to what they hold.
 */
export function mergeInto(items: Items): (others: Items) => void {
	const structs = addNew(items.structs, ({ tag, line }) => `${tag} ${line}`);
	const typedefs = addNew(items.typedefs, ({ name }) => name);
	const prototypes = addNew(items.prototypes, ({ name }) => name);
	const variables = addNew(items.variables, ({ name, start }) => `${name} ${start}`);
	const functions = addNew(items.functions, ({ name, start }) => `${name} ${start}`);
	const holes = addNew(items.holes, ({ line }) => `${line}`);
	const invocations = addNew(items.invocations, ({ start }) => `${start}`);
	return (others) => {
		structs(others.structs);
		typedefs(others.typedefs);
		prototypes(others.prototypes);
		variables(others.variables);
		functions(others.functions);
		holes(others.holes);
		invocations(others.invocations);
	};
}

/** `keyOf` tells facts apart that cannot be the same; those with one key are compared word for word, each put into words at most once. */
function addNew<T extends object>(known: T[], keyOf: (fact: T) => string): (others: readonly T[]) => void {
	const alike = new Map<string, T[]>();
	const words = new Map<T, string>();
	const wordsOf = (fact: T): string => {
		const text = words.get(fact) ?? JSON.stringify(fact);
		words.set(fact, text);
		return text;
	};
	let filed = 0;
	return (others) => {
		for (const other of others) {
			for (; filed < known.length; filed++) {
				const fact = known[filed];
				if (fact === undefined) continue;
				const group = alike.get(keyOf(fact));
				if (group === undefined) alike.set(keyOf(fact), [fact]);
				else group.push(fact);
			}
			const group = alike.get(keyOf(other)) ?? [];
			if (!group.some((fact) => wordsOf(fact) === wordsOf(other))) known.push(other);
		}
	};
}

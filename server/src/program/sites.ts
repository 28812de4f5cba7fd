/** Where something occurs, with the function in whose body it does. */

import type { FunctionDef } from "./definitions.ts";
import type { CallExpr, FieldStore } from "./occurrences.ts";

export interface CallSite {
	readonly caller: FunctionDef;
	readonly call: CallExpr;
}

export interface StoreSite {
	readonly writer: FunctionDef;
	readonly store: FieldStore;
}

/** Some calls in the body of one function. */
export function atCalls(caller: FunctionDef, calls: readonly CallExpr[]): readonly CallSite[] {
	return calls.map((call) => ({ caller, call }));
}

/** Some stores in the body of one function. */
export function atStores(writer: FunctionDef, stores: readonly FieldStore[]): readonly StoreSite[] {
	return stores.map((store) => ({ writer, store }));
}

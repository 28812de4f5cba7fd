/** The counters of an mm in expressions: `&mm->mm_users`. */

import type { Expr } from "../facts/types.ts";
import { MM_COUNTERS } from "../kernel/counters.ts";
import { bare } from "./occurrences.ts";

/** The mm whose counter an expression points to, and what it counts. */
export function counterOf(expr: Expr | undefined): { readonly mm: Expr; readonly reference: "users" | "count" } | undefined {
	const field = expr && bare(expr);
	if (field?.e !== "field") return undefined;
	const row = MM_COUNTERS.find((counter) => counter.field === field.field);
	return row && { mm: field.base, reference: row.reference };
}

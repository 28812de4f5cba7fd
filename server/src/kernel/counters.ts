/** The counters of an mm_struct, for code that changes them without a function of the table: an act `counter` on one of these. */

export const MM_COUNTERS = [
	/* include/linux/mm_types.h: mmget is atomic_inc of it since 4.11 */
	{ struct: "mm_struct", field: "mm_users", reference: "users" },
	{ struct: "mm_struct", field: "mm_count", reference: "count" },
] as const;

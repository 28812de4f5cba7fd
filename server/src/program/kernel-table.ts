/** The kernel's functions as one program sees them. */

import { findFieldFunction, findSlot } from "../kernel/index.ts";
import type { FunctionSlot } from "../kernel/tables.ts";
import type { Act, KernelFunction } from "../kernel/types.ts";

/** Acts that make a macro worth expanding: they change references, start or stop threads, or free memory. */
const MATTERS: ReadonlySet<Act["act"]> = new Set<Act["act"]>([
	"step",
	"produce",
	"notifier-register",
	"notifier-get",
	"notifier-unregister",
	"start",
	"wait",
	"free",
	"kiocb-cancellable",
]);

export class KernelTable {
	readonly #functions: ReadonlyMap<string, KernelFunction>;
	readonly #fields: ReadonlySet<string>;
	readonly #slots: ReadonlyMap<string, FunctionSlot>;
	readonly #stated: ReadonlyMap<string, string>;
	readonly #actingOnMm: readonly string[];

	/** @param stated names that the user said act like known functions, wherever they are defined. */
	constructor(
		functions: ReadonlyMap<string, KernelFunction>,
		slots: ReadonlyMap<string, FunctionSlot>,
		stated: Readonly<Record<string, string>> = {},
	) {
		this.#functions = functions;
		this.#stated = new Map(Object.entries(stated));
		this.#slots = slots;
		this.#fields = new Set([...functions.values()].flatMap((row) => (row.field ? [row.field.field] : [])));
		this.#actingOnMm = [...this.named((act) => MATTERS.has(act.act))];
	}

	/** The row of a function that is called by its name. */
	function(name: string): KernelFunction | undefined {
		const row = this.#functions.get(name);
		return row?.field ? undefined : row;
	}

	/** The known function that the user said this one acts like. */
	statedAs(name: string): string | undefined {
		return this.#stated.get(name);
	}

	/** The row of a call through a field of a kernel struct (`kiocb`, `ki_complete`). */
	fieldFunction(struct: string, field: string): KernelFunction | undefined {
		return findFieldFunction(this.#functions, struct, field);
	}

	/** The op table field of the kernel itself: in which thread it calls the functions there. */
	slot(struct: string, field: string): FunctionSlot | undefined {
		return findSlot(this.#slots, struct, field);
	}

	/** Fields of kernel structs that hold known functions. */
	fields(): Iterable<string> {
		return this.#fields;
	}

	/** Whether some kernel struct has a known function in a field of that name. */
	hasField(field: string): boolean {
		return this.#fields.has(field);
	}

	/** Names of the functions a call of which can change references, threads or memory. */
	actingOnMm(): Iterable<string> {
		return this.#actingOnMm;
	}

	/** Whether a definition in `file` is the kernel's own, or one that the user named. */
	defines(file: string, name: string): boolean {
		return this.#stated.has(name) || this.#functions.get(name)?.source.file === file;
	}

	/** Names of all functions that have an act for which `wanted` holds. */
	*named(wanted: (act: Act) => boolean): Iterable<string> {
		for (const row of this.#functions.values()) if (!row.field && row.acts.some(wanted)) yield row.name;
	}
}

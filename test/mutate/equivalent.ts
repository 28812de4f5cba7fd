/** Mutants that change nothing that anybody could notice, each with its reason. */

import type { Mutant } from "./sites.ts";

interface Equivalent {
	readonly file: string;
	readonly function: string;
	readonly kind: Mutant["kind"];
	/** What the replaced text begins with. */
	readonly was: string;
	readonly reason: string;
}

const UNLOCK_AFTER_ASYNC = "the struct is pinned, and the worker that ends the mm waits for the lock";

export const EQUIVALENT: readonly Equivalent[] = [
	{
		file: "arch/x86/kernel/cpu/sgx/encl.c",
		function: "sgx_zap_enclave_ptes",
		kind: "move-put-up",
		was: "mmap_read_unlock",
		reason: UNLOCK_AFTER_ASYNC,
	},
	{
		file: "arch/x86/kernel/cpu/sgx/encl.c",
		function: "sgx_encl_cpumask",
		kind: "move-put-up",
		was: "cpumask_or",
		reason: "the notifier pins the struct, and the mask lies in it",
	},
	{
		file: "arch/x86/kernel/cpu/sgx/main.c",
		function: "sgx_reclaimer_age",
		kind: "move-put-up",
		was: "mmap_read_unlock",
		reason: UNLOCK_AFTER_ASYNC,
	},
	{
		file: "drivers/android/binder_alloc.c",
		function: "binder_update_page_range",
		kind: "move-put-up",
		was: "mmap_write_unlock",
		reason: UNLOCK_AFTER_ASYNC,
	},
	{
		file: "drivers/android/binder_alloc.c",
		function: "binder_alloc_free_page",
		kind: "move-put-up",
		was: "mmap_read_unlock",
		reason: UNLOCK_AFTER_ASYNC,
	},
	{
		file: "fs/exec.c",
		function: "bprm_mm_init",
		kind: "swap-put",
		was: "mmdrop",
		reason: "mmput() ends an mm that nobody has used yet as well",
	},
	{ file: "drivers/dma-buf/dma-resv.c", function: "dma_resv_lockdep", kind: "swap-put", was: "mmput", reason: "nothing was mapped in it" },
];

/** Why a mutant is no mutant. */
export function equivalentOf(file: string, { function: fn, kind, was }: Mutant): string | undefined {
	return EQUIVALENT.find((one) => one.file === file && one.function === fn && one.kind === kind && was.startsWith(one.was))?.reason;
}

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

const CURRENT_HAS_ONE = "only a process calls it, for itself, and get_task_mm() of the running process does not fail";
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
		file: "arch/powerpc/platforms/book3s/vas-api.c",
		function: "get_vas_user_win_ref",
		kind: "delete-check",
		was: "if (!task_ref->mm)",
		reason: CURRENT_HAS_ONE,
	},
	{
		file: "drivers/gpu/drm/nouveau/nouveau_svm.c",
		function: "nouveau_svmm_bind",
		kind: "delete-check",
		was: "if (!mm)",
		reason: CURRENT_HAS_ONE,
	},
	{
		file: "drivers/gpu/drm/amd/amdkfd/kfd_process.c",
		function: "create_process",
		kind: "ignore-result",
		was: "if (IS_ERR(mn))",
		reason: "the BUG_ON() after it looks at the result too",
	},
	{
		file: "drivers/vfio/vfio_iommu_type1.c",
		function: "vfio_change_dma_owner",
		kind: "move-put-up",
		was: "mm_lock_acct",
		reason: "mm_count is held until later, and a lock and a counter of the struct are all that is touched",
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

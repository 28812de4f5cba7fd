/**
 * The words of the kernel dialect: the one table of attributes and annotations that are blanked, and of macros whose shape says what
 * they stand for. Everything here is used all over the kernel; nothing belongs to one driver or file.
 */

/** What a word is for the dialect pass. Plain identifiers are {@link Word.name}. */
export const Word = {
	name: 0,
	/** `struct`, `union`. */
	tag: 1,
	/** Basic types and qualifiers: what begins a type name. */
	type: 2,
	/** `static`, `extern`, `inline`, `typedef`: what begins a declaration and is no type. */
	storage: 3,
	/** `if`, `while`, `for`, `switch`: parentheses follow, then a statement. */
	control: 4,
	else: 5,
	do: 6,
	/** `return`, `goto`, `break`, `continue`. */
	jump: 7,
	case: 8,
	default: 9,
	/** `sizeof` and `alignof` in all spellings. */
	sizeof: 10,
	typeof: 11,
	offsetof: 12,
	asm: 13,
	generic: 14,
	/** An attribute without arguments: blanked. */
	attribute: 15,
	/** An attribute that takes arguments: blanked together with them. */
	attributeWithArguments: 16,
	/** An attribute that names a function to run at the end of the scope: blanked, and marked. */
	cleanup: 17,
	/** A GNU spelling of a word that the grammar knows. */
	spelling: 18,
	/** A macro that stands for `asm goto`. */
	asmGoto: 19,
	/** `macro(type, name)` declares `type name`. */
	declares: 20,
	/** `macro(name, members)` holds members of the struct that it stands in. */
	group: 21,
	enum: 22,
} as const;

/** Attributes and annotations without arguments. */
const ATTRIBUTES = `
__user __kernel __iomem __percpu __rcu __force __nocast __bitwise __private __safe __unsafe
__init __exit __initdata __initconst __exitdata __exitconst __devinit __meminit __meminitdata __meminitconst __memexit __memexitdata
__cpuinit __cpuinitdata __net_init __net_exit __net_initdata __net_initconst __init_or_module __initdata_or_module __initconst_or_module
__init_memblock __initdata_memblock __init_refok __ref __refdata __refconst __exit_call __exitused __init_task_data __init_thread_info
__head __idmap __sched __lockfunc __kprobes __cpuidle __irq_entry __softirq_entry noinstr __entry_text
__always_unused __maybe_unused __unused __used __deprecated __must_check __attribute_const__ __attribute_pure__ __pure
__cold __hot __weak __visible __malloc __noreturn __naked __flatten __gnu_inline __noclone __noipa __noendbr __nocfi __noscs __noretpoline
__noinitretpoline __no_kcsan __no_sanitize_address __no_sanitize_undefined __no_sanitize_thread __no_sanitize_memory __no_sanitize_coverage
__no_sanitize_or_inline __no_kasan_or_inline __no_kcsan_or_inline __no_kmsan_checks __no_kmsan_or_inline __no_profile
__no_stack_protector __no_randomize_layout __no_caller_saved_registers __disable_sanitizer_instrumentation __signed_wrap __preserve_most
__latent_entropy __overloadable __nonstring __uninitialized __designated_init __randomize_layout __retain __nosavedata
randomized_struct_fields_start randomized_struct_fields_end
__packed __packed2__ __compat_packed __page_aligned_data __page_aligned_bss __cacheline_aligned __cacheline_aligned_in_smp
____cacheline_aligned ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp __aligned_largest __lock_aligned
__read_mostly __ro_after_init __lsm_ro_after_init __tracepoint_string __bss_decrypted __annotate_jump_table __seg_gs __seg_fs
notrace noinline noinline_for_stack noinline_for_tracing __noinline asmlinkage fastcall __efiapi __bpf_kfunc
__restrict __restrict__ restrict __extension__ __cdecl __stdcall __syscall __xipram
`;

/** Attributes and annotations that take arguments. */
const ATTRIBUTES_WITH_ARGUMENTS = `
__attribute__ __attribute __aligned __section __printf __scanf __alias __acquires __releases __must_hold __must_hold_shared __cond_acquires
__counted_by __counted_by_le __counted_by_be __counted_by_ptr __sized_by __alloc_size __realloc_size __alloc_align __assume_aligned __copy
__compiletime_error __compiletime_warning __mode __diagnose_as __pass_object_size __pass_dynamic_object_size __no_sanitize
__guarded_by __pt_guarded_by __declspec __tag
`;

const KEYWORDS: readonly (readonly [number, string])[] = [
	[Word.tag, "struct union"],
	[Word.enum, "enum"],
	[
		Word.type,
		`const volatile __const __const__ __volatile __volatile__ unsigned signed __signed __signed__ long short int char void float double
		_Bool bool _Atomic __int128 __auto_type`,
	],
	[Word.storage, "static extern inline __inline __inline__ typedef register auto __always_inline __thread thread_local _Thread_local"],
	[Word.control, "if while for switch"],
	[Word.else, "else"],
	[Word.do, "do"],
	[Word.jump, "return goto break continue"],
	[Word.case, "case"],
	[Word.default, "default"],
	[Word.sizeof, "sizeof __alignof__ __alignof _Alignof alignof"],
	[Word.typeof, "typeof __typeof__ __typeof typeof_unqual __unqual_scalar_typeof"],
	[Word.offsetof, "offsetof"],
	[Word.asm, "asm __asm__ __asm"],
	[Word.generic, "_Generic"],
	[Word.cleanup, "__free __cleanup"],
	[Word.asmGoto, "asm_volatile_goto asm_goto_output asm_goto asm_inline"],
	[
		Word.declares,
		`DEFINE_PER_CPU DECLARE_PER_CPU DEFINE_PER_CPU_ALIGNED DECLARE_PER_CPU_ALIGNED DEFINE_PER_CPU_SHARED_ALIGNED
		DECLARE_PER_CPU_SHARED_ALIGNED DEFINE_PER_CPU_PAGE_ALIGNED DECLARE_PER_CPU_PAGE_ALIGNED DEFINE_PER_CPU_READ_MOSTLY
		DECLARE_PER_CPU_READ_MOSTLY DEFINE_PER_CPU_FIRST DECLARE_PER_CPU_FIRST DEFINE_PER_CPU_DECRYPTED DECLARE_PER_CPU_DECRYPTED
		DEFINE_PER_CPU_CACHE_HOT DECLARE_PER_CPU_CACHE_HOT DECLARE_FLEX_ARRAY __DECLARE_FLEX_ARRAY`,
	],
	[Word.group, "struct_group"],
	[Word.attribute, ATTRIBUTES],
	[Word.attributeWithArguments, ATTRIBUTES_WITH_ARGUMENTS],
];

/** GNU spellings, and what the grammar knows them as (never longer). */
export const SPELLINGS: ReadonlyMap<string, string> = new Map([
	["__always_inline", "inline"],
	["__volatile", "volatile"],
	["__volatile__", "volatile"],
	["__const", "const"],
	["__const__", "const"],
	["__signed", "signed"],
	["__signed__", "signed"],
	["_Thread_local", "__thread"],
	["__asm", "asm"],
	// `alignof` of an expression is not in the grammar.
	["__alignof__", "sizeof"],
	["__alignof", "sizeof"],
	["_Alignof", "sizeof"],
	["alignof", "sizeof"],
]);

/** Class of each word that is not a plain name. */
export const WORDS: ReadonlyMap<string, number> = new Map(
	KEYWORDS.flatMap(([word, names]) =>
		names
			.split(/\s+/)
			.filter((name) => name !== "")
			.map((name) => [name, word] as const),
	),
);

/** True for the name of a macro that begins a loop: `list_for_each_entry`, `foreach`, `do_each_pid_task`. */
export function isLoopMacro(name: string): boolean {
	return /for_?each|^do_each_|(?:^|_)each_|^hash_for|^for_/i.test(name) && !/^while_/.test(name);
}

/**
 * How the arguments of a macro that defines a function are read: `pairs`: name, then type and name of each parameter
 * (SYSCALL_DEFINEn); `declarations`: name, then whole parameters or none.
 */
export function readDefiner(name: string): "pairs" | "declarations" {
	return /(?:^|_)SYSCALL(?:32|64)?_DEFINE\d*$|^(?:BPF_CALL|NOTRACE_BPF_CALL)_\d$/.test(name) ? "pairs" : "declarations";
}

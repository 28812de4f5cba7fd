/** A plain C lexer, independent of the parser: finds calls of given names, to check that the facts hold all of them. */

export interface LexedCall {
	readonly name: string;
	readonly offset: number;
	/** From 1. */
	readonly line: number;
}

const token =
	/\/\*[\s\S]*?\*\/|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|^[ \t]*#(?:\/\*[\s\S]*?\*\/|\\\r?\n|[^\n])*|[A-Za-z_]\w*|\d[\w.]*|\n|[^\s\w]/gm;

/** Words after which `name (` is a call although they are words. */
const beforeCall = new Set(["return", "else", "do", "case", "goto", "sizeof", "typeof", "__typeof__", "in"]);

/** Spans `name (` outside comments, strings, directives and file level (where it is a prototype or a definition). */
export function lexCalls(text: string, names: ReadonlySet<string>): LexedCall[] {
	const found: LexedCall[] = [];
	let depth = 0;
	let line = 1;
	let last = "";
	let name: { name: string; offset: number; line: number } | undefined;
	for (const match of text.matchAll(token)) {
		const word = match[0];
		const at = match.index;
		const column0 = at === 0 || text[at - 1] === "\n";
		if (word === "\n") {
			line++;
			continue;
		}
		if (word.startsWith("/*") || word.startsWith("//") || /^[ \t]*#/.test(word)) {
			line += word.split("\n").length - 1;
			continue;
		}
		if (word === "(" && name !== undefined && depth > 0) found.push(name);
		name = undefined;
		// Kernel style puts the braces of functions and structs into column 0, which mends the count after an #if cut through one.
		if (word === "{") depth = column0 ? 1 : depth + 1;
		else if (word === "}") depth = column0 ? 0 : Math.max(0, depth - 1);
		else if (names.has(word) && (!/^[A-Za-z_]\w*$/.test(last) || beforeCall.has(last))) name = { name: word, offset: at, line };
		line += word.split("\n").length - 1;
		last = word;
	}
	return found;
}

/** The functions whose calls must not get lost. */
export const watchedNames: ReadonlySet<string> = new Set(
	`mmget mmget_not_zero mmput mmput_async mmgrab mmdrop get_task_mm mm_access use_mm unuse_mm kthread_use_mm kthread_unuse_mm
	mmu_notifier_register mmu_notifier_unregister mm_alloc proc_mem_open kthread_create kthread_run kthread_stop INIT_WORK
	cancel_work_sync flush_work copy_to_user copy_from_user get_user put_user kiocb_set_cancel_fn get_user_pages_remote
	handle_mm_fault find_vma access_process_vm access_remote_vm`.split(/\s+/),
);

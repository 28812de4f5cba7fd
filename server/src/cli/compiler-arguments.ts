/** The command line of a checker as kbuild calls it: options of this program, and between them what the compiler is given. */

import type { ParseArgsConfig } from "node:util";
import { isSourceName } from "../workspace/files.ts";

/** What of a compiler's command line says in which light a file is to be judged. */
export interface CompilerArguments {
	/** The C files, as they are written. */
	readonly files: readonly string[];
	/** The folders of `-I`, in their order. */
	readonly includes: readonly string[];
	/** Name and value of each `-D`; the value is `1` where none is given. */
	readonly defines: readonly (readonly [string, string])[];
}

/** Flags of gcc, clang and sparse whose value may stand behind them, as an argument of its own. */
const WITH_VALUE: ReadonlySet<string> = new Set(
	(
		"-I -D -U -A -x -o -e -u -z -T -L -l -B -J -include -imacros -isystem -isysroot -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore " +
		"-imultilib -MF -MT -MQ -Xpreprocessor -Xassembler -Xlinker -Xclang -mllvm -arch -target -aux-info -dumpbase -dumpdir --param --sysroot -gcc-base-dir -multiarch-dir"
	).split(" "),
);

/** Sorts arguments into those of this program and those of the compiler. What is an option of neither is taken for a flag that does not matter. */
export function splitArguments(
	args: readonly string[],
	options: NonNullable<ParseArgsConfig["options"]>,
): { readonly own: readonly string[]; readonly compiler: CompilerArguments } {
	const own: string[] = [];
	const files: string[] = [];
	const includes: string[] = [];
	const defines: (readonly [string, string])[] = [];
	const take: Readonly<Record<string, (value: string) => void>> = {
		"-I": (value) => includes.push(value),
		"-D": (value) => defines.push(splitDefine(value)),
	};
	for (let at = 0; at < args.length; at++) {
		const arg = args[at] ?? "";
		const [, name = "", assigned] = /^--([^=]+)(=)?/s.exec(arg) ?? [];
		const option = Object.hasOwn(options, name) ? options[name] : undefined;
		if (option !== undefined) {
			own.push(arg);
			if (option.type === "string" && assigned === undefined && at + 1 < args.length) own.push(args[++at] ?? "");
		} else if (WITH_VALUE.has(arg)) {
			at++;
			take[arg]?.(args[at] ?? "");
		} else if (arg.startsWith("-")) take[arg.slice(0, 2)]?.(arg.slice(2));
		else if (isSourceName(arg)) files.push(arg);
	}
	return { own, compiler: { files, includes, defines } };
}

function splitDefine(text: string): readonly [string, string] {
	const at = text.indexOf("=");
	return at < 0 ? [text, "1"] : [text.slice(0, at), text.slice(at + 1)];
}

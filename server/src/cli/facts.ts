import { resolve } from "node:path";
import { makeLine } from "../workspace/facts-line.ts";
import { InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { isInside, toRelative } from "../workspace/plan.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { writeResult } from "./output.ts";
import { VERSION } from "./version.ts";

const HELP = `mm-lifetime facts [options] FILE…

Prints what the checker sees in each file, one line of JSON a file, for mm-lifetime link: {"file", "version", "facts", …}. A line depends on its
file and on this version of the program alone. Of Makefile and .mm-lifetime.json at the top of the tree it tells the kernel version and the settings.
Positions inside a function or a macro are offsets from its start, in UTF-16 units.

  --root DIR      the top of the tree, to which "file" is relative (default: the current folder)
  --output FILE   write there instead of standard output
`;

export const FACTS: Command = { name: "facts", summary: "print what the checker sees in a file, as JSON lines", help: HELP, run: runFacts };

async function runFacts(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, { root: { type: "string" }, output: { type: "string" } });
	if (positionals.length === 0) throw new InputError("facts: no FILE given (--help says more)");
	const root = resolve(io.cwd, values.root ?? "");
	const { reader } = await loadEngine();
	const lines = positionals.map((name) => {
		const path = resolve(io.cwd, name);
		if (values.root !== undefined && !isInside(root, path)) throw new InputError(`${name}: not inside the root ${values.root}`);
		return makeLine({ file: toRelative(root, path), path, name }, reader, VERSION);
	});
	writeResult(lines.join(""), values.output, io);
	return STATUS.clean;
}

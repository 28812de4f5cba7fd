import { resolve } from "node:path";
import { wholeFacts } from "../facts/index.ts";
import { InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { readSource } from "../workspace/sources.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { writeResult } from "./output.ts";

const HELP = `mm-lifetime facts [--output FILE] FILE…

Prints what the checker sees in each file, one line of JSON a file: {"file", "facts"}.
Positions inside a function or a macro are offsets from its start, in UTF-16 units.
`;

export const FACTS: Command = { name: "facts", summary: "print what the checker sees in a file, as JSON lines", help: HELP, run: runFacts };

async function runFacts(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, { output: { type: "string" } });
	if (positionals.length === 0) throw new InputError("facts: no FILE given (--help says more)");
	const engine = await loadEngine();
	const lines = positionals.map((file) => {
		const source = readSource(resolve(io.cwd, file));
		if (!source.ok) throw new InputError(`${file}: ${source.why}`);
		return `${JSON.stringify({ file, facts: wholeFacts(engine.reader.read(source.text)) })}\n`;
	});
	writeResult(lines.join(""), values.output, io);
	return STATUS.clean;
}

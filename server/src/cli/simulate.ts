import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { decideFeature, USE_COUNTS } from "../kernel/features.ts";
import { NEWEST_KNOWN_KERNEL } from "../kernel/versions.ts";
import { runScenarios } from "../model/simulate.ts";
import { describeError, InputError } from "../workspace/input-error.ts";
import { KERNEL_VERSION } from "../workspace/settings-file.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { writeResult } from "./output.ts";
import { replayFile } from "./replay.ts";

const HELP = `mm-lifetime simulate [--kernel VERSION] [--output FILE] FILE
mm-lifetime simulate --trace FINDING.json

Runs the steps in FILE on the simulated mm and prints the state after each; FILE - is standard input. "S name" begins a scenario,
then one operation a line.

  --trace FILE         replay every trace in what check --format json printed (a finding, a use, or a whole report)
  --kernel VERSION     the kernel to simulate (default: the newest known)
  --output FILE        write there instead of standard output
  --help               this text

Exit status: 0, 1 a trace does not replay, 2 usage or input/output error.
`;

export const SIMULATE: Command = {
	name: "simulate",
	summary: "run steps on the simulated mm, or replay a trace",
	help: HELP,
	run: runSimulate,
};

async function runSimulate(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, {
		trace: { type: "string" },
		kernel: { type: "string" },
		output: { type: "string" },
	});
	if (values.kernel !== undefined && !KERNEL_VERSION.test(values.kernel)) {
		throw new InputError(`option '--kernel' must be a version such as 6.1.192, not "${values.kernel}"`);
	}
	if (values.trace !== undefined) {
		if (positionals.length > 0) throw new InputError("simulate: takes FILE or --trace, not both");
		const replayed = replayFile(readInput(values.trace, io), values.trace, values.kernel);
		writeResult(replayed.output, values.output, io);
		return replayed.ok ? STATUS.clean : STATUS.findings;
	}
	const file = positionals[0];
	if (file === undefined) throw new InputError("simulate: no FILE given (--help says more)");
	if (positionals.length > 1) throw new InputError("simulate: takes one FILE");
	const useCounts = decideFeature(USE_COUNTS, values.kernel ?? NEWEST_KNOWN_KERNEL);
	const { output, errors } = runScenarios(readInput(file, io), useCounts === undefined ? {} : { useCounts });
	const first = errors[0];
	if (first !== undefined) throw new InputError(`${file}: ${first}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""}`);
	writeResult(output, values.output, io);
	return STATUS.clean;
}

function readInput(file: string, io: Io): string {
	try {
		return file === "-" ? Buffer.from(io.readStdin()).toString("utf8") : readFileSync(resolve(io.cwd, file), "utf8");
	} catch (error) {
		throw new InputError(`${file}: ${describeError(error)}`);
	}
}

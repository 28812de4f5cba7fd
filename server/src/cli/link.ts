import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeError, InputError } from "../workspace/input-error.ts";
import { type FactsInput, linkFacts } from "../workspace/link.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, Io, Status } from "./command.ts";
import { chooseReport, leavesOpen, printReport, REPORT_OPTIONS } from "./report-options.ts";
import { VERSION } from "./version.ts";

const HELP = `mm-lifetime link [options] FACTS…

Judges a tree from what mm-lifetime facts printed of its files, as check does where these files are all that counts. FACTS - is standard
input. The kernel version and the settings of the tree are those of its Makefile and .mm-lifetime.json, where facts was given these too.
Fixes are not looked for: they need the texts.

  --format FORMAT          text, json, sarif or html: how to print (default text); columns count UTF-16 units in all
  --output FILE            write there instead of standard output
  --uses                   also list every use with its verdict, the right ones too
  --kernel VERSION         the kernel that the code is for (default: what the tree says, else the newest known)
  --min-severity LEVEL     error, warning or information: what is printed and counted (default warning)
  --strict                 unknown uses and holes count for the exit status
  --color, --no-color      colour, whatever standard output is
  --help                   this text

Exit status: 0 nothing at or above the severity, 1 findings, 2 usage or input/output error.
`;

export const LINK: Command = { name: "link", summary: "judge a tree from the facts of its files", help: HELP, run: runLink };

async function runLink(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, REPORT_OPTIONS);
	const choice = chooseReport(values);
	if (positionals.length === 0) throw new InputError("link: no FACTS given (--help says more)");
	const report = linkFacts(readInputs(positionals, io), VERSION, values.kernel, await loadEngine());
	return printReport(report, choice, { byteColumn: (_file, _line, column) => column, isUncertain: leavesOpen }, io);
}

/** Reads the files one after the other, each when it is asked for. */
function* readInputs(files: readonly string[], io: Io): Iterable<FactsInput> {
	for (const name of files) yield { name, bytes: readInput(name, io) };
}

function readInput(name: string, io: Io): Uint8Array {
	try {
		return name === "-" ? io.readStdin() : readFileSync(resolve(io.cwd, name));
	} catch (error) {
		throw new InputError(`${name}: ${describeError(error)}`);
	}
}

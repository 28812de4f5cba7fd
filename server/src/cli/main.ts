import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describeError, InputError } from "../workspace/input-error.ts";
import { CHECK } from "./check.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { EXPLAIN } from "./explain.ts";
import { FACTS } from "./facts.ts";
import { FIX } from "./fix.ts";
import { LINK } from "./link.ts";
import { LSP } from "./lsp.ts";
import { SIMULATE } from "./simulate.ts";
import { VERSION } from "./version.ts";

const COMMANDS: readonly Command[] = [CHECK, FIX, SIMULATE, EXPLAIN, FACTS, LINK, LSP];

const HELP = `mm-lifetime: finds kernel code that borrows an address space without keeping it alive

${COMMANDS.map((command) => `  mm-lifetime ${command.name.padEnd(10)} ${command.summary}`).join("\n")}

  --version, --help; "mm-lifetime COMMAND --help" says what a command takes
`;

/** Runs one command line; returns its exit status. What the user must mend is one line on standard error. */
async function runCommandLine(args: readonly string[], io: Io): Promise<Status> {
	try {
		const [first, ...rest] = args;
		if (first === undefined) throw new InputError("no command given (--help lists them)");
		if (first === "--help" || first === "-h" || first === "help") {
			io.writeOut(HELP);
			return STATUS.clean;
		}
		if (first === "--version") {
			io.writeOut(`${VERSION}\n`);
			return STATUS.clean;
		}
		if (first.startsWith("-")) throw new InputError(`unknown option '${first}'`);
		const command = COMMANDS.find((candidate) => candidate.name === first);
		if (command === undefined) throw new InputError(`unknown command "${first}" (--help lists them)`);
		const options = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
		if (options.includes("--help") || options.includes("-h")) {
			io.writeOut(command.help);
			return STATUS.clean;
		}
		if (options.includes("--version")) {
			io.writeOut(`${VERSION}\n`);
			return STATUS.clean;
		}
		return await command.run(rest, io);
	} catch (error) {
		io.writeError(`mm-lifetime: ${describeFailure(error)}\n`);
		return STATUS.error;
	}
}

function describeFailure(error: unknown): string {
	return error instanceof InputError ? error.message.replaceAll("\n", " ") : `internal error: ${describeError(error)}`;
}

function leaveOnClosedPipe(error: Error & { readonly code?: string }): void {
	// Whoever read the output has seen enough (head, a pager): nothing went wrong here.
	if (error.code === "EPIPE") process.exit(process.exitCode ?? STATUS.clean);
	process.stderr.write(`mm-lifetime: standard output: ${describeError(error)}\n`);
	process.exit(STATUS.error);
}

/* V8 lets a heap grow to four times of what lives in it before it collects: half as much again costs little time, and saves a third of the memory */
setFlagsFromString("--heap-growing-percent=50");
/* and compiles a function after 132 KiB of bytecode: at three times that it spares a fifth of all CPU time, most functions of a check do not run on for long */
setFlagsFromString("--interrupt-budget=400000");
process.stdout.on("error", leaveOnClosedPipe);
process.stderr.on("error", leaveOnClosedPipe);
process.on("uncaughtException", (error) => {
	process.stderr.write(`mm-lifetime: ${describeFailure(error)}\n`);
	process.exit(STATUS.error);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
	cwd: process.cwd(),
	env: process.env,
	stdoutIsTerminal: process.stdout.isTTY === true,
	readStdin: () => readFileSync(0),
	writeOut: (text) => process.stdout.write(text),
	writeError: (text) => process.stderr.write(text),
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDiff } from "../report/diff.ts";
import { countFindings, isAtLeast } from "../report/summary.ts";
import { encodingOf } from "../workspace/decode.ts";
import { type FixedFile, fixPaths } from "../workspace/fix.ts";
import { describeError, InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { KERNEL_VERSION } from "../workspace/settings-file.ts";
import { ByteColumns } from "../workspace/sources.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { doLongWork } from "./long-work.ts";
import { replaceFile } from "./output.ts";
import { choosePaint } from "./paint.ts";
import { writeText } from "./reporters/text.ts";

const HELP = `mm-lifetime fix [options] PATH…

Applies the fixes that need no person to choose or to write anything, then checks again and prints what is left.
Each fix was proved: with it the use is right, and no finding is new.

  --dry-run                print the changes as a unified diff (for patch -p1 at the root), and write nothing
  --kernel VERSION         the kernel that the code is for (default: from the tree's Makefile, else the newest known)
  --root DIR               the tree to judge in (default: the nearest kernel tree or git work tree upwards)
  --no-root                look at the paths alone
  --exclude GLOB           leave these paths out (relative to the root; may be repeated)
  --color, --no-color      colour, whatever standard output is
  --help                   this text

Exit status: 0 nothing is left, 1 findings are left, 2 usage or input/output error.
`;

export const FIX: Command = { name: "fix", summary: "apply the fixes that are safe", help: HELP, run: runFix };

async function runFix(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, {
		"dry-run": { type: "boolean", default: false },
		kernel: { type: "string" },
		root: { type: "string" },
		"no-root": { type: "boolean", default: false },
		exclude: { type: "string", multiple: true, default: [] },
		color: { type: "boolean" },
		"no-color": { type: "boolean" },
	});
	if (positionals.length === 0) throw new InputError("fix: no PATH given (--help says more)");
	if (values.kernel !== undefined && !KERNEL_VERSION.test(values.kernel)) {
		throw new InputError(`option '--kernel' must be a version such as 6.1.192, not "${values.kernel}"`);
	}
	if (values.root !== undefined && values["no-root"]) throw new InputError("options '--root' and '--no-root' exclude each other");
	const { result, files, applied } = await doLongWork(io, async (progress) =>
		fixPaths(
			{
				progress,
				paths: positionals,
				cwd: io.cwd,
				noRoot: values["no-root"],
				exclude: values.exclude,
				...(values.root !== undefined && { root: values.root }),
				...(values.kernel !== undefined && { kernel: values.kernel }),
			},
			await loadEngine(),
		),
	);
	const findings = result.report.findings.filter((finding) => isAtLeast(finding.severity, "warning"));
	const status = findings.length > 0 ? STATUS.findings : STATUS.clean;
	const done = `${applied} ${applied === 1 ? "fix" : "fixes"} in ${files.length} ${files.length === 1 ? "file" : "files"}`;
	if (values["dry-run"]) {
		for (const { path, before, after, bytes } of files) {
			const { mark, encode } = encodingOf(bytes);
			io.writeOut(encode(writeDiff(path, mark + before, mark + after)));
		}
		io.writeError(`${done}, not written; with them ${countFindings(findings)} would be left\n`);
		return status;
	}
	for (const file of files) writeFixed(result.base, file);
	const color = values.color === true ? true : values["no-color"] === true ? false : undefined;
	const columns = new ByteColumns(result.base, result.overlay);
	const text = writeText({ ...result.report, findings }, result.report.uses, {
		paint: choosePaint(color, false, io),
		byteColumn: (file, line, column) => columns.at(file, line, column),
		listUses: false,
		listHoles: false,
	});
	io.writeOut(`${done}\n${text}`);
	return status;
}

/** @throws InputError when the file is not what it was when it was read, or cannot be written */
function writeFixed(base: string, { path, bytes, after }: FixedFile): void {
	const absolute = join(base, path);
	try {
		if (!readFileSync(absolute).equals(bytes)) throw new InputError("has changed in the meantime: run fix again");
		const { mark, encode } = encodingOf(bytes);
		replaceFile(absolute, encode(mark + after));
	} catch (error) {
		throw new InputError(`${path}: ${describeError(error)}`);
	}
}

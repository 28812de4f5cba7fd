// npm run test:compile-fixes -- PREPARED_LINUX_TREE: puts each fix that is offered in the tree into its files, judges them again, compiles
// what the tree's configuration can build, and takes the fix out again. The tree has to be configured and prepared, for instance
//   make x86_64_defconfig && scripts/config -m KVM -e KVM_XEN -m INTEL_IDXD -m USB_GADGET -m USB_GADGETFS && make olddefconfig prepare
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const tree = process.argv[2] === undefined ? undefined : resolve(process.argv[2]);
if (tree === undefined || !existsSync(join(tree, "include/generated/autoconf.h"))) {
	process.stderr.write(
		"usage: test:compile-fixes PREPARED_LINUX_TREE (no include/generated/autoconf.h there: make olddefconfig prepare)\n",
	);
	process.exit(2);
}

let failed = 0;
const found = check([tree]);
for (const finding of found.findings) {
	for (const fix of finding.fixes) {
		const files = [...new Set(fix.edits.map((edit) => edit.file))];
		const before = new Map(files.map((file) => [file, readFileSync(join(tree, file), "latin1")]));
		try {
			for (const [file, text] of before)
				writeFileSync(
					join(tree, file),
					applyEdits(
						text,
						fix.edits.filter((edit) => edit.file === file),
					),
					"latin1",
				);
			const verdict = check([join(tree, finding.file)]).uses.find((use) => use.id.endsWith(finding.useId))?.verdict ?? "gone";
			const judged = verdict === fix.verdictAfter ? verdict : fail(`${verdict}, not ${fix.verdictAfter}`);
			const compiled = files.filter((file) => file.endsWith(".c")).map(compile);
			print([`${finding.file}: ${finding.function}`, finding.rule, fix.id, fix.applicability, judged, ...compiled]);
		} finally {
			for (const [file, text] of before) writeFileSync(join(tree, file), text, "latin1");
		}
	}
}
process.exitCode = failed > 0 ? 1 : 0;

function check(paths) {
	const { stdout } = spawnSync(
		process.execPath,
		[program, "check", "--root", tree, "--uses", "--min-severity", "information", "--format", "json", ...paths],
		{
			maxBuffer: 1 << 28,
			encoding: "utf8",
		},
	);
	return JSON.parse(stdout);
}

/** The object of a file, compiled as the tree's configuration says. */
function compile(file) {
	const object = file.replace(/\.c$/, ".o");
	const source = readFileSync(join(tree, ".config"), "utf8");
	if (/^arch\/(?!x86\/)/.test(file) && /^CONFIG_X86=y$/m.test(source)) return `${object}: not for this architecture`;
	const { status, stderr } = spawnSync("make", ["-s", "KCFLAGS=-Werror", object], { cwd: tree, encoding: "utf8" });
	return status === 0 ? `${object}: compiled` : fail(`${object}: ${stderr.trim()}`);
}

/** Columns count UTF-16 units; a file that is read byte for byte has as many of them as bytes, and the places that are edited are ASCII. */
function applyEdits(text, edits) {
	const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
	const offset = (line, column) => starts[line - 1] + column - 1;
	return [...edits]
		.sort((a, b) => offset(b.line, b.column) - offset(a.line, a.column))
		.reduce(
			(changed, edit) =>
				changed.slice(0, offset(edit.line, edit.column)) + edit.newText + changed.slice(offset(edit.endLine, edit.endColumn)),
			text,
		);
}

function fail(why) {
	failed++;
	return `FAILED: ${why}`;
}

function print(columns) {
	process.stdout.write(`${columns.join("  ")}\n`);
}

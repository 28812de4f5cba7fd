/** A virtual machine that runs the probe: module, first program and initial ramdisk are built here, and QEMU started without KVM. */

import { type ExecFileSyncOptions, execFile, execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Kernel } from "./packages.ts";

const PROBE = fileURLToPath(new URL("probe", import.meta.url));
const QUIET: ExecFileSyncOptions = { stdio: ["ignore", "pipe", "pipe"] };

/** A machine that can be started any number of times. */
export interface Machine {
	readonly kernel: Kernel;
	/** Runs steps (see {@link ./script.ts}) in a fresh boot; returns one line of answer a step. */
	boot(steps: string, cpus?: number): Promise<readonly string[]>;
	/** Removes what was built. */
	discard(): void;
}

/** Builds the probe for a kernel. */
export function buildMachine(kernel: Kernel): Machine {
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-machine-"));
	const root = join(folder, "root");
	const module = join(folder, "module");
	mkdirSync(root);
	cpSync(PROBE, module, { recursive: true });
	// The headers packages come without what type information for modules is made from.
	execFileSync("make", ["-s", "-C", kernel.headers, `M=${module}`, "modules", "CONFIG_DEBUG_INFO_BTF_MODULES="], QUIET);
	execFileSync("strip", ["--strip-debug", "-o", join(root, "mmprobe.ko"), join(module, "mmprobe.ko")], QUIET);
	const sources = ["init.c", "owner.c"].map((name) => join(PROBE, name));
	execFileSync("gcc", ["-O1", "-Wall", "-Wextra", "-Werror", "-static", "-o", join(root, "init"), ...sources], QUIET);
	let boots = 0;
	return {
		kernel,
		async boot(steps, cpus = 1) {
			boots += 1;
			return bootOnce(kernel, root, join(folder, `boot${boots}`), steps, cpus);
		},
		discard: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Boots once. Throws when the kernel crashed or warned, or when a step was left without an answer. */
async function bootOnce(kernel: Kernel, root: string, folder: string, steps: string, cpus: number): Promise<readonly string[]> {
	const files = join(folder, "files");
	mkdirSync(files, { recursive: true });
	for (const name of ["init", "mmprobe.ko"]) copyFileSync(join(root, name), join(files, name));
	writeFileSync(join(files, "steps"), steps);
	const initrd = join(folder, "initrd");
	const names = "init\nmmprobe.ko\nsteps\n";
	writeFileSync(initrd, execFileSync("cpio", ["-o", "-H", "newc", "--quiet"], { cwd: files, input: names, maxBuffer: 1 << 27 }));
	const console_ = join(folder, "console");
	const answers = join(folder, "answers");
	// The model names no CPU; without cx16 a kernel of 6.12 crashes at random in QEMU 7.2.
	const machine = ["-M", "pc", "-accel", "tcg", "-cpu", "max,-cx16", "-smp", `${cpus}`, "-m", "768", "-nodefaults", "-display", "none"];
	const serial = ["-no-reboot", "-serial", `file:${console_}`, "-serial", `file:${answers}`];
	const append = "console=ttyS0 quiet panic=-1 transparent_hugepage=never random.trust_cpu=on tsc=reliable";
	const args = [...machine, ...serial, "-kernel", kernel.image, "-initrd", initrd, "-append", append];
	await promisify(execFile)("qemu-system-x86_64", args, { timeout: 20_000 + 40 * steps.split("\n").length }).catch((error: unknown) => {
		throw new Error(`QEMU: ${error}\n${readIfThere(console_)}`);
	});
	const lines = readFileSync(answers, "utf8").split(/\r?\n/).slice(0, -1);
	const said = readIfThere(console_);
	const end = lines.pop();
	if (end !== "END|warned=0|died=0" || said.includes("mmprobe")) throw new Error(`${kernel.version}: ${end}\n${said}`);
	return lines;
}

function readIfThere(path: string): string {
	return existsSync(path) ? readFileSync(path, "latin1") : "";
}

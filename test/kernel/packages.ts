/** Kernels to ask: Debian's packages, downloaded with apt and unpacked into a cache, where nothing has to be installed. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** An unpacked kernel. */
export interface Kernel {
	/** `6.1.192`. */
	readonly version: string;
	readonly image: string;
	/** Where a module for it is built. */
	readonly headers: string;
}

/** Where a kernel comes from: the suites that apt is set up with, or the backports suite beside them. */
export type Suite = "default" | "backports";

/** The folder that unpacked kernels are kept in: `MM_LIFETIME_KERNELS`, else one in the user's cache. */
function cacheFolder(): string {
	const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
	return process.env["MM_LIFETIME_KERNELS"] ?? join(cache, "mm-lifetime-kernels");
}

/** Runs a program; returns what it prints. What it says on standard error goes into the error when it fails. */
function run(command: string, args: readonly string[], cwd?: string): string {
	return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
}

/** Returns options of apt that add the backports suite, and leave the system's own lists alone. */
function backportsOptions(folder: string): readonly string[] {
	const release = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
	const targets = run("apt-get", ["indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]).split("\n");
	const archive = targets.map((line) => line.split(" ")).find(([codename]) => codename === release)?.[1];
	if (release === undefined || archive === undefined) throw new Error("no archive of this release is known to apt");
	for (const part of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(folder, part), { recursive: true });
	const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
	writeFileSync(join(folder, "sources.list"), `deb [signed-by=${keys}] ${archive} ${release}-backports main\n`);
	const options = [
		`Dir::Etc::SourceList=${folder}/sources.list`,
		"Dir::Etc::SourceParts=/dev/null",
		`Dir::State::Lists=${folder}/lists`,
		`Dir::Cache=${folder}/cache`,
		"APT::Sandbox::User=root",
	].flatMap((option) => ["-o", option]);
	run("apt-get", [...options, "-q", "update"]);
	return options;
}

/** Returns the packages that `name` depends on. */
function dependencies(options: readonly string[], name: string): readonly string[] {
	return [...run("apt-cache", [...options, "depends", name]).matchAll(/Depends: (\S+)/g)].map((match) => match[1] as string);
}

/** Unpacks a package, but for the kernel's own modules: what the machine needs is built in. */
function unpack(file: string, target: string): void {
	const modules = ["./lib/modules", "./usr/lib/modules"].map((path) => `--exclude=${path}`).join(" ");
	run("sh", ["-c", `dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ${modules}`, "sh", file, target]);
}

/** Downloads and unpacks the image of a suite, its headers and its build tools. */
function fetchInto(target: string, suite: Suite): void {
	mkdirSync(dirname(target), { recursive: true });
	const work = mkdtempSync(`${target}-`);
	try {
		const options = suite === "default" ? [] : backportsOptions(join(work, "apt"));
		const image = dependencies(options, "linux-image-cloud-amd64").find((name) => name.startsWith("linux-image-"));
		if (image === undefined) throw new Error("apt knows no linux-image-cloud-amd64");
		const headers = image.replace("linux-image-", "linux-headers-");
		const parts = dependencies(options, headers).filter((name) => /^linux-(headers|kbuild)-/.test(name));
		run("apt-get", [...options, "-q", "download", image, headers, ...parts], work);
		const unpacked = join(work, "root");
		mkdirSync(unpacked);
		for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) unpack(join(work, file), unpacked);
		// The package's own Makefile names the place where it would have been installed.
		const makefile = join(headersIn(unpacked), "Makefile");
		writeFileSync(makefile, readFileSync(makefile, "utf8").replace("include /usr/", `include ${target}/usr/`));
		const version = [...run("apt-cache", [...options, "show", image]).matchAll(/^Version: (\d+\.\d+\.\d+)/gm)][0]?.[1];
		if (version === undefined) throw new Error(`${image} has no version`);
		writeFileSync(join(unpacked, "version"), version);
		renameSync(unpacked, target);
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

/** Returns the folder of the unpacked headers that modules are built in. */
function headersIn(root: string): string {
	const sources = join(root, "usr/src");
	const name = readdirSync(sources).find((entry) => /^linux-headers-.*-amd64$/.test(entry));
	if (name === undefined) throw new Error(`no headers in ${sources}`);
	return join(sources, name);
}

/** Returns the kernel of a suite, fetching it when it is not in the cache yet. Throws where that cannot be done. */
export function findKernel(suite: Suite): Kernel {
	const root = join(cacheFolder(), suite);
	if (!existsSync(join(root, "version"))) fetchInto(root, suite);
	const image = readdirSync(join(root, "boot")).find((name) => name.startsWith("vmlinuz-"));
	if (image === undefined) throw new Error(`no image in ${root}/boot`);
	return { version: readFileSync(join(root, "version"), "utf8"), image: join(root, "boot", image), headers: headersIn(root) };
}

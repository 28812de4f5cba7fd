/** Parts that a suite needs from outside npm (gcc, qemu, an editor). */

/**
 * Says whether the suites that need a part of the operating system can run. In: the part's name, whether it is there, and what installs
 * it. Out: `present`. A missing part costs one line on standard error; with `REQUIRE_ALL=1` in the environment it is an error instead.
 */
export function requirePart(name: string, present: boolean, install: string): boolean {
	if (present) return true;
	const line = `${name} is missing; ${install}`;
	if (process.env["REQUIRE_ALL"] === "1") throw new Error(line);
	process.stderr.write(`skipped: ${line}\n`);
	return false;
}

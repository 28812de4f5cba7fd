import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare, ON_TWO_CPUS, readProbe } from "../model/recordings.ts";
import { requirePart } from "../requires.ts";
import { listExposures, listFixes } from "./examples.ts";
import { buildMachine, type Machine } from "./machine.ts";
import { findKernel, type Kernel, type Suite } from "./packages.ts";
import { randomScenarios } from "./random-scenarios.ts";
import { asKept, askKernel, askModel, partOf, valuesOf, writeScenarios } from "./scenarios.ts";

/** How many random scenarios: `KERNEL_SCENARIOS`. Those that are recorded are the first 200 of this seed. */
const SEED = 20_180_824;
const COUNT = Number(process.env["KERNEL_SCENARIOS"] ?? 200);
/** As many in one boot. */
const AT_A_TIME = 1000;
/** `RECORD_KERNEL=1`: what the kernel does is written to test/data/kernel-probe. */
const RECORDS = process.env["RECORD_KERNEL"] === "1";

interface Part {
	readonly command?: string;
	readonly folder?: string;
	readonly startsWith?: string;
	readonly package: string;
}

/** Packages that are not there. */
function listMissing(): readonly string[] {
	const parts = JSON.parse(readFileSync(fileURLToPath(new URL("parts.json", import.meta.url)), "utf8")) as readonly Part[];
	const isThere = ({ command, folder = "", startsWith = "" }: Part): boolean =>
		command === undefined
			? existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(startsWith))
			: (process.env["PATH"] ?? "").split(delimiter).some((path) => existsSync(join(path, command)));
	return parts.filter((part) => !isThere(part)).map((part) => part.package);
}

/** The kernels that can be asked here; what keeps one from it is said in one line. */
function listKernels(): readonly Kernel[] {
	const missing = listMissing();
	if (!requirePart("what runs a real kernel", missing.length === 0, `apt-get install ${missing.join(" ")}`)) return [];
	return (["default", "backports"] as const).flatMap((suite: Suite) => {
		try {
			return [findKernel(suite)];
		} catch (error) {
			const why = (error as Error).message.split("\n")[0];
			requirePart(`the kernel of apt's ${suite} suite`, false, `apt-get update, and see that linux-image-cloud-amd64 is there (${why})`);
			return [];
		}
	});
}

function record(name: string, text: string): void {
	const path = fileURLToPath(new URL(`../data/kernel-probe/${name}`, import.meta.url));
	if (RECORDS) writeFileSync(path, name.endsWith(".gz") ? gzipSync(text, { level: 9 }) : text);
}

const kernels = listKernels();
const fixed = readProbe("scenarios.txt");
const random = randomScenarios(SEED, Math.max(COUNT, 200)).split(/^(?=S )/m);
const exposures = kernels.length > 0 ? listExposures() : [];
const fixes = kernels.length > 0 ? listFixes() : [];

/** What each kernel is asked in one boot. `outside` the model: a copy that waits for a page that never comes, and a ring of the process itself. */
const asked = {
	fixed,
	exposed: writeScenarios(exposures.map(({ lines }, index) => [`exposed-${index}`, lines])),
	mended: writeScenarios(fixes.flatMap(({ scenarios }) => [...scenarios])),
	outside: writeScenarios([
		["blocked", ["spawn", "mmgrab", "uffd", "use 0", "begincopy 0", "exit", "endcopy 0", "unuse 0", "mmdrop"]],
		["ring", ["spawn", "ring"]],
	]),
	random: random.slice(0, Math.min(COUNT, 200)).join(""),
};
const askedOnTwoCpus = { twoCpus: readProbe("scenarios-2cpu.txt") };

/** What a kernel did. */
type Answers = { readonly machine: Machine } & Readonly<Record<keyof typeof asked | keyof typeof askedOnTwoCpus, string>>;

/** Asks a kernel everything but the long run of random scenarios. */
async function ask(kernel: Kernel): Promise<Answers> {
	const machine = buildMachine(kernel);
	const seen = { ...(await askKernel(machine, asked)), ...(await askKernel(machine, askedOnTwoCpus, 2)) };
	record(`linux-${kernel.version}.result`, asKept(seen.fixed));
	record(`linux-${kernel.version}-random.result.gz`, asKept(seen.random));
	record(`linux-${kernel.version}-2cpu.result`, asKept(seen.twoCpus));
	record("random.txt.gz", asked.random);
	return { machine, ...seen };
}

/** All kernels at the same time. */
const answers = new Map(kernels.map((kernel) => [kernel, ask(kernel)]));
for (const answer of answers.values()) answer.catch(() => {});

describe.each(kernels)("Linux $version", (kernel) => {
	let recorded: Answers;

	beforeAll(async () => {
		const answer = answers.get(kernel);
		if (answer !== undefined) recorded = await answer;
	}, 300_000);
	afterAll(() => recorded?.machine.discard());

	test("the fixed scenarios: every value of every step", () => {
		expect(compare(askModel(fixed, kernel.version), recorded.fixed).differences).toEqual([]);
	});

	test(`${COUNT} random scenarios: every value of every step`, async () => {
		let [steps, values] = [0, 0];
		for (let at = 0; at < COUNT; at += at === 0 ? 200 : AT_A_TIME) {
			const part = random.slice(at, Math.min(COUNT, at === 0 ? 200 : at + AT_A_TIME)).join("");
			const seen = at === 0 ? recorded.random : (await askKernel(recorded.machine, { part })).part;
			const found = compare(askModel(part, kernel.version), seen);
			expect(found.differences).toEqual([]);
			steps += found.steps;
			values += found.values;
		}
		process.stdout.write(`Linux ${kernel.version}: ${COUNT} random scenarios, ${steps} steps, ${values} values, 0 differences\n`);
	}, 1_800_000);

	test.each(exposures.map((exposure, index) => ({ ...exposure, index })))("exposed: $uses.0", ({ index, last, lines }) => {
		const seen = partOf(recorded.exposed, `exposed-${index}`);
		expect(compare(askModel(`S exposed-${index}\n${lines.join("\n")}\n`, kernel.version), seen).differences).toEqual([]);
		// The page is gone at the trace's last step; after that a copy gives zeros, and then nothing.
		expect(valuesOf(seen, "pte")[last]).not.toBe("2");
		expect(valuesOf(seen, "uncopied", "copy")).toEqual(["0", "4096"]);
		expect(valuesOf(seen, "magicok", "copy")).toEqual(["0", "0"]);
		expect(valuesOf(seen, "pgtb", "exit_mmap")).toEqual(["0"]);
	});

	test.each(fixes)("fixed by $fix: a copy gives the right bytes, or the use is refused", ({ scenarios }) => {
		for (const [name, lines] of scenarios) {
			const seen = partOf(recorded.mended, name);
			expect(compare(askModel(writeScenarios([[name, lines]]), kernel.version), seen).differences).toEqual([]);
			for (const right of valuesOf(seen, "magicok", "copy")) expect(right, lines.join(" ")).toBe("1");
			const refused = valuesOf(seen, "err", "use").includes("-11") || valuesOf(seen, "ret", "mmget").includes("0");
			expect(valuesOf(seen, "uncopied", "copy").length > 0 || refused, lines.join(" ")).toBe(true);
		}
	});

	test("a copy that waits in its page fault when the owner exits fails as a whole", () => {
		const seen = partOf(recorded.outside, "blocked");
		const [begun, exited, ended] = [4, 5, 6];
		expect(valuesOf(seen, "users")[begun]).toBe("1");
		expect(valuesOf(seen, "pgtb")[exited]).toBe("0");
		expect(valuesOf(seen, "uncopied")[ended]).toBe("4096");
	});

	test("a ring of io_uring holds the struct of the process that made it, which the model leaves out", () => {
		expect(valuesOf(partOf(recorded.outside, "ring"), "count")).toEqual(["1", "2"]);
	});

	test("exit_aio() waits for libaio, and not for io_uring", () => {
		const [libaio, ring] = [23, 24].map((number) =>
			recorded.fixed
				.split("\n")
				.filter((line) => line.startsWith(`R|${number}-`))
				.join("\n"),
		);
		expect(valuesOf(libaio ?? "", "ev", "exitnowait")).toEqual(["exit_aio;"]);
		expect(valuesOf(libaio ?? "", "pte", "exitnowait")).toEqual(["2"]);
		expect(valuesOf(ring ?? "", "pte", "exit")).toEqual(["0"]);
		expect(valuesOf(ring ?? "", "ret", "iouringdone")).toEqual(["1", "1", "0"]);
	});

	test("two CPUs: the gap between unmap_vmas and free_pgtables", () => {
		const found = compare(askModel(askedOnTwoCpus.twoCpus, kernel.version), recorded.twoCpus, ON_TWO_CPUS);
		expect(found.differences).toEqual([]);
		process.stdout.write(`Linux ${kernel.version}, two CPUs: ${JSON.stringify([...found.hits])}\n`);
	});
});

describe.runIf(kernels.length > 0)("what is asked", () => {
	test("each fix that changes what the code does is there, and so is the commented one", () => {
		const changing = ["hold-from-capture", "hold-over-use", "pin-struct-and-hold", "write-comment", "write-comment-in-macro"];
		expect(fixes.map(({ fix }) => fix)).toEqual(expect.arrayContaining(changing));
		for (const { scenarios } of fixes) expect(scenarios.size).toBeGreaterThan(0);
		expect(exposures.length).toBeGreaterThan(10);
	});
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import draft04 from "ajv-draft-04";
import formats from "ajv-formats";
import type { Log, Result } from "sarif";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { writeSarif } from "../../server/src/cli/reporters/sarif.ts";
import { makeHostileReport, reportOf } from "./report.ts";

const load = createRequire(import.meta.url);
const schema = JSON.parse(readFileSync(load.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const isSarif = ajv.compile(schema);

/** Writes a report, and holds it against the schema. */
function write(report: Report, listUses = false): { readonly log: Log; readonly results: readonly Result[] } {
	const log = JSON.parse(writeSarif(report, listUses)) as Log;
	isSarif(log);
	expect(isSarif.errors ?? []).toEqual([]);
	return { log, results: log.runs[0]?.results ?? [] };
}

describe("a report as SARIF", () => {
	const exposed = reportOf("kvmgt/4.18");
	const [use] = exposed.uses;
	/** What is found of the use itself; rules about references may find more. */
	const own = exposed.findings.findIndex((finding) => finding.rule === "use-without-users-ref");

	it("is refused by the schema when it is wrong", () => {
		expect(isSarif({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{ message: {} }] }] })).toBe(false);
	});

	it("has each finding as a result of its rule, at its place, with its fingerprint", () => {
		const { log, results } = write(exposed);
		const finding = exposed.findings[own];
		expect(results).toHaveLength(exposed.findings.length);
		expect(results[own]).toMatchObject({
			ruleId: "use-without-users-ref",
			level: "error",
			message: { text: finding?.message },
			partialFingerprints: { "mmLifetime/v1": finding?.fingerprint },
			locations: [
				{
					physicalLocation: {
						artifactLocation: { uri: finding?.file, uriBaseId: "ROOT" },
						region: { startLine: finding?.line, startColumn: finding?.column, endColumn: finding?.endColumn },
					},
					logicalLocations: [{ name: finding?.function, kind: "function" }],
				},
			],
		});
		const rules = log.runs[0]?.tool.driver.rules ?? [];
		expect(rules[results[own]?.ruleIndex ?? -1]).toMatchObject({ id: "use-without-users-ref", defaultConfiguration: { level: "error" } });
		expect(rules.every((rule) => rule.help?.markdown?.startsWith(`# ${rule.id}`) && rule.shortDescription?.text !== "")).toBe(true);
		expect(log.runs[0]?.columnKind).toBe("utf16CodeUnits");
	});

	it("has one thread flow a simulated thread, and the global order in executionOrder", () => {
		const flow = write(exposed).results[own]?.codeFlows?.[0];
		const trace = use?.trace ?? [];
		expect(flow?.threadFlows.map(({ id }) => id).toSorted()).toEqual([...new Set(trace.map((step) => step.thread))].toSorted());
		const steps = flow?.threadFlows.flatMap(({ id, locations }) => locations.map((location) => ({ id, ...location }))) ?? [];
		const ordered = steps.toSorted((a, b) => (a.executionOrder ?? 0) - (b.executionOrder ?? 0));
		expect(ordered.map(({ executionOrder }) => executionOrder)).toEqual(trace.map((_, index) => index + 1));
		expect(ordered.map(({ id }) => id)).toEqual(trace.map((step) => step.thread));
		for (const [index, { state, location, importance }] of ordered.entries()) {
			const { after, line, op } = trace[index] ?? {};
			expect(state).toMatchObject({ mm_users: { text: String(after?.users) }, mm_count: { text: String(after?.count) } });
			expect(location?.physicalLocation?.region?.startLine).toBe(line);
			expect(importance).toBe(index === trace.length - 1 ? "essential" : op === "branch" ? "unimportant" : "important");
		}
		expect(ordered.at(-1)?.state?.["page tables"]?.text).toBe("unmapping");
	});

	it("has uses that are right as passes, and those that nobody knows as open, when they are asked for", () => {
		const right = { ...reportOf("kvmgt/4.18-fixed"), findings: [] };
		expect(write(right).results).toEqual([]);
		expect(write(right, true).results).toMatchObject([{ kind: "pass", level: "none", codeFlows: [{}], properties: { verdict: "held" } }]);
		const open = { ...right, uses: right.uses.map((one) => ({ ...one, verdict: "unknown" as const })) };
		expect(write(open, true).results).toMatchObject([{ kind: "open", level: "none" }]);
		expect(write(exposed, true).results).toHaveLength(exposed.findings.length);
	});

	it("is valid whatever stands in the sources, and says all of it", () => {
		const hostile = makeHostileReport();
		const { log, results } = write(hostile, true);
		expect(results).toHaveLength(2);
		expect(results[0]?.message.text).toBe(hostile.findings[0]?.message);
		expect(results[0]?.fixes?.[0]?.artifactChanges[0]?.replacements[0]?.insertedContent?.text).toBe(
			hostile.findings[0]?.fixes[0]?.edits[0]?.newText,
		);
		const uri = results[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "";
		expect(decodeURIComponent(uri)).toBe(hostile.findings[0]?.file);
		expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications).toHaveLength(1);
	});

	it("is the same each time", () => {
		expect(writeSarif(exposed, true)).toBe(writeSarif(exposed, true));
	});
});

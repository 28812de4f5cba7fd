/** Writes a report as SARIF 2.1.0, for code scanning services and the viewers of editors. */

import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import type { Invocation, ReportingDescriptor, Result } from "sarif";
import type { Finding, Hole, Report, Severity, Use, Verdict } from "../../analysis/types.ts";
import { describeUse } from "../../report/use.ts";
import { readSummary } from "../page.ts";
import { readRulePages } from "../rule-pages.ts";
import { VERSION } from "../version.ts";
import { makeFix } from "./sarif-fix.ts";
import { makeCodeFlow } from "./sarif-flow.ts";
import { ROOT, toLocation } from "./sarif-place.ts";

/** The rule of which a use that is right, or of which nobody knows, is a result. */
const RULE_OF_USES = "use-without-users-ref";

const LEVELS: Readonly<Record<Severity, Result.level>> = { error: "error", warning: "warning", information: "note" };

/** What a use without a finding says; those that break the rule have one. */
const KINDS: Partial<Readonly<Record<Verdict, Result.kind>>> = { held: "pass", guarded: "pass", unknown: "open" };

/**
 * Writes findings as results, each with its interleaving as a code flow: one thread flow a simulated thread, steps in global order by
 * `executionOrder`, the state of the mm after each. Columns count UTF-16 units, and paths are relative to the root.
 * @param listUses whether uses that are right are results too, of kind `pass`
 */
export function writeSarif(report: Report, listUses: boolean): string {
	const run = new SarifRunBuilder({
		columnKind: "utf16CodeUnits",
		originalUriBaseIds: { [ROOT]: { description: { text: "The root of the tree that was checked." } } },
		invocations: [describeInvocation(report.holes)],
		properties: { kernel: report.kernel },
	}).initSimple({ toolDriverName: "mm-lifetime", toolDriverVersion: VERSION });
	for (const rule of listRules()) run.addRule(rule);
	const uses = new Map(report.uses.map((use) => [use.id, use]));
	for (const finding of report.findings) run.addResult(makeFinding(finding, uses.get(finding.useId ?? "")));
	const told = new Set(report.findings.map((finding) => finding.useId));
	for (const use of listUses ? report.uses : []) if (!told.has(use.id)) run.addResult(makeUse(use));
	const log = new SarifBuilder();
	log.addRun(run);
	// Not its own text: that refuses a report in which a source file holds one of its marks.
	return `${JSON.stringify(log.buildSarifOutput(), null, 2)}\n`;
}

function listRules(): readonly SarifRuleBuilder[] {
	return [...readRulePages()].map(([id, page]) => {
		const severity = /^\*\*(\w+)\.\*\*/m.exec(page)?.[1]?.toLowerCase();
		const rule: Partial<ReportingDescriptor> = {
			id,
			name: id.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase()),
			shortDescription: { text: readSummary(page) },
			help: { text: page, markdown: page },
			defaultConfiguration: { level: severity === "error" || severity === "warning" ? severity : "note" },
		};
		return new SarifRuleBuilder(rule);
	});
}

function describeInvocation(holes: readonly Hole[]): Invocation {
	return {
		executionSuccessful: true,
		toolExecutionNotifications: holes.map((hole) => ({
			level: "note",
			message: { text: plain(hole.why) },
			locations: [toLocation({ file: hole.file, line: hole.line })],
		})),
	};
}

/** A text in which nothing is a link or a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6): what stands in a source is somebody else's. */
function plain(text: string): string {
	return text.replace(/\{(?=\d+\})/g, "{{").replace(/\[(?=[^\]]*\]\()/g, "\\[");
}

function makeFinding(finding: Finding, use: Use | undefined): SarifResultBuilder {
	const { introducedBy, graphs = use?.graphs } = finding;
	return new SarifResultBuilder({
		ruleId: finding.rule,
		level: LEVELS[finding.severity],
		message: { text: plain(finding.message) },
		locations: [toLocation(finding)],
		partialFingerprints: { "mmLifetime/v1": finding.fingerprint },
		...(finding.trace && { codeFlows: [makeCodeFlow(finding.trace, graphs ?? [], true)] }),
		...(introducedBy && { relatedLocations: [{ ...toLocation(introducedBy), message: { text: "the change that brings it" } }] }),
		...(finding.fixes.length > 0 && { fixes: finding.fixes.map(makeFix) }),
		...(use && { properties: propertiesOf(use) }),
	});
}

function makeUse(use: Use): SarifResultBuilder {
	return new SarifResultBuilder({
		ruleId: RULE_OF_USES,
		kind: KINDS[use.verdict] ?? "review",
		level: "none",
		message: { text: plain(describeUse(use)) },
		locations: [toLocation(use)],
		...(use.witness && { codeFlows: [makeCodeFlow(use.witness, use.graphs ?? [], false)] }),
		properties: propertiesOf(use),
	});
}

function propertiesOf({ id, verdict, guarantee, mm, assumes, explored }: Use): NonNullable<Result["properties"]> {
	return { useId: id, verdict, mm, explored, ...(guarantee !== undefined && { guarantee }), ...(assumes && { assumes }) };
}

import { type Finding, type Hole, type Severity, type Use, VERDICTS, type Verdict } from "../analysis/types.ts";

/** Severities from worst to least. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "information"];

/** Says whether a severity is at least as bad as the other. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
	return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** Counts uses by verdict, the worst first: `9 uses: 4 exposed, 5 held`. */
export function countUses(uses: readonly Use[]): string {
	const counts = VERDICTS.toReversed().flatMap((verdict: Verdict) => {
		const count = uses.filter((use) => use.verdict === verdict).length;
		return count === 0 ? [] : [`${count} ${verdict}`];
	});
	return `${plural(uses.length, "use")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** Counts findings by severity, the worst first: `3 findings: 2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
	const counts = SEVERITIES.flatMap((severity) => {
		const count = findings.filter((finding) => finding.severity === severity).length;
		return count === 0 ? [] : [severity === "information" ? `${count} information` : plural(count, severity)];
	});
	return `${plural(findings.length, "finding")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** Counts what was not understood: `2 holes`. */
export function countHoles(holes: readonly Hole[]): string {
	return plural(holes.length, "hole");
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

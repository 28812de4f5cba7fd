/** Findings about the ignore comments of a file. */

import { IGNORE_RULES, OWNER_RULES, USE_RULES } from "../rules/index.ts";
import type { IgnoreRule } from "../rules/rule.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Ignore, readIgnores } from "./ignore.ts";
import type { Settings } from "./snapshot.ts";
import type { Finding, Severity } from "./types.ts";

/** Rules that a comment can silence: about ignore comments themselves nothing is counted. */
const SILENCED: ReadonlySet<string> = new Set([...USE_RULES, ...OWNER_RULES].map(({ id }) => id));
/** The rules about ignore comments. */
export const ABOUT_IGNORES: ReadonlySet<string> = new Set(Object.values(IGNORE_RULES).map(({ id }) => id));

/**
 * What is wrong with the ignore comments of a file.
 * @param findings all in the file, silenced or not
 * @param isComplete whether no other file that was not asked about can have findings here
 */
export function judgeIgnores(
	file: string,
	text: string,
	findings: readonly Finding[],
	settings: Settings,
	isComplete: boolean,
): readonly Finding[] {
	const about: Finding[] = [];
	const nth = new Map<string, number>();
	for (const ignore of readIgnores(text)) {
		const rules = [...ignore.rules];
		const unused = rules.filter((rule) => !ABOUT_IGNORES.has(rule) && isUnused(ignore, rule, findings, settings, isComplete));
		const found: readonly (readonly [IgnoreRule, readonly string[]])[] = ignore.hasReason
			? [[IGNORE_RULES.unused, unused]]
			: [[IGNORE_RULES.withoutReason, rules]];
		for (const [rule, named] of found) {
			const severity = settings.severity[rule.id] ?? rule.severity;
			if (named.length === 0 || severity === "off") continue;
			const key = `${rule.id} ${named.join()}`;
			const fingerprint = fingerprintOf(rule.id, file, "", named.join(), nth.get(key) ?? 0);
			nth.set(key, (nth.get(key) ?? 0) + 1);
			about.push({
				id: fingerprint,
				fingerprint,
				rule: rule.id,
				severity: severity as Severity,
				file,
				function: "",
				...ignore.place,
				message: rule.message(named),
				fixes: [],
			});
		}
	}
	return about;
}

function isUnused(ignore: Ignore, rule: string, findings: readonly Finding[], settings: Settings, isComplete: boolean): boolean {
	if (!SILENCED.has(rule)) return true;
	if (settings.severity[rule] === "off") return false;
	if (findings.some((finding) => finding.rule === rule && ignore.firstLine <= finding.line && finding.line <= ignore.lastLine))
		return false;
	/* a finding about a comment comes from a use that may stand in another file */
	return isComplete || !USE_RULES.some(({ id }) => id === rule);
}

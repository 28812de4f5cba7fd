/** Findings that are known: a file of their fingerprints, so that only new ones count. */

import { readFileSync } from "node:fs";
import type { Finding } from "../analysis/types.ts";
import { findNew } from "./change.ts";
import { describeError, InputError } from "./input-error.ts";

/** The fingerprints of known findings, each as often as it is known. */
export type Baseline = readonly string[];

const VERSION = 1;

/**
 * Reads a baseline.
 * @param path absolute
 * @param name of the file as the user wrote it, for messages
 * @throws InputError when it cannot be read, or is none
 */
export function readBaseline(path: string, name: string): Baseline {
	let data: unknown;
	try {
		data = JSON.parse(readFileSync(path, "utf8"));
	} catch (error) {
		throw new InputError(`--baseline: ${name}: ${error instanceof SyntaxError ? "not JSON" : describeError(error)}`);
	}
	const { version, findings } = typeof data === "object" && data !== null ? (data as { version?: unknown; findings?: unknown }) : {};
	if (version !== VERSION || !Array.isArray(findings)) throw new InputError(`--baseline: ${name}: not a baseline that this program wrote`);
	return findings.map((finding) => {
		if (typeof finding?.fingerprint !== "string") throw new InputError(`--baseline: ${name}: a finding without a fingerprint`);
		return finding.fingerprint;
	});
}

/** The text of a baseline. All but the fingerprints is for people, and nothing in it depends on lines: where code only moves it stays the same. */
export function formatBaseline(findings: readonly Finding[]): string {
	const lines = findings
		.map(({ file, function: fn, rule, fingerprint }) => JSON.stringify({ file, function: fn, rule, fingerprint }))
		.sort();
	return `{ "version": ${VERSION}, "findings": [${lines.map((line) => `\n\t${line}`).join(",")}\n] }\n`;
}

/** The findings that are not known. */
export function removeKnown(findings: readonly Finding[], baseline: Baseline): readonly Finding[] {
	return [...findNew(baseline, findings, ({ fingerprint }) => fingerprint)];
}

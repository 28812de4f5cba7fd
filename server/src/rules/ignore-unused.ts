import type { IgnoreRule } from "./rule.ts";

/** An ignore comment that silences nothing. */
export const ignoreUnused: IgnoreRule = {
	id: "ignore-unused",
	severity: "warning",
	message: (rules) =>
		`This comment silences ${rules.join(", ")}, of which there is no finding on its line or the line below it. The code has changed, the id is wrong, or the comment stands elsewhere. Delete it, or move it to the finding.`,
};

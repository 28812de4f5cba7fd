import type { IgnoreRule } from "./rule.ts";

/** An ignore comment that does not say why; it silences nothing. */
export const ignoreWithoutReason: IgnoreRule = {
	id: "ignore-without-reason",
	severity: "warning",
	message: (rules) =>
		`This comment is to silence ${rules.join(", ")} and gives no reason, so it silences nothing. The next reader has to know why the finding is wrong or accepted. Write the reason behind the closing parenthesis.`,
};

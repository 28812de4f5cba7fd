/** Ids of all rules that settings may name: also those of rules that this version does not have yet, so that files for later ones work. */

export const KNOWN_RULE_IDS: ReadonlySet<string> = new Set([
	"use-without-users-ref",
	"use-needs-comment",
	"use-claimed",
	"use-unknown",
	"use-unbalanced",
	"access-without-users-ref",
	"users-leak",
	"count-leak",
	"put-unowned",
	"put-wrong-kind",
	"use-after-put",
	"get-from-zero",
	"result-unchecked",
	"grab-before-assign",
	"put-may-deadlock",
	"stored-without-ref",
	"task-mm-unlocked",
	"comment-contradicts",
	"ignore-without-reason",
	"ignore-unused",
]);

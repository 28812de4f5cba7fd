/** All rules. */

import { accessWithoutUsersRef } from "./access-without-users-ref.ts";
import { commentContradicts } from "./comment-contradicts.ts";
import { countLeak } from "./count-leak.ts";
import { getFromZero } from "./get-from-zero.ts";
import { grabBeforeAssign } from "./grab-before-assign.ts";
import { ignoreUnused } from "./ignore-unused.ts";
import { ignoreWithoutReason } from "./ignore-without-reason.ts";
import { putMayDeadlock } from "./put-may-deadlock.ts";
import { putUnowned } from "./put-unowned.ts";
import { putWrongKind } from "./put-wrong-kind.ts";
import { resultUnchecked } from "./result-unchecked.ts";
import type { IgnoreRule, OwnerRule, UseRule } from "./rule.ts";
import { storedWithoutRef } from "./stored-without-ref.ts";
import { taskMmUnlocked } from "./task-mm-unlocked.ts";
import { useAfterPut } from "./use-after-put.ts";
import { useClaimed } from "./use-claimed.ts";
import { useNeedsComment } from "./use-needs-comment.ts";
import { useUnbalanced } from "./use-unbalanced.ts";
import { useUnknown } from "./use-unknown.ts";
import { useWithoutUsersRef } from "./use-without-users-ref.ts";
import { usersLeak } from "./users-leak.ts";

export const USE_RULES: readonly UseRule[] = [useWithoutUsersRef, useNeedsComment, useClaimed, useUnknown, commentContradicts];

/** Rules about who owns a reference. */
export const OWNER_RULES: readonly OwnerRule[] = [
	usersLeak,
	countLeak,
	putUnowned,
	putWrongKind,
	useAfterPut,
	getFromZero,
	resultUnchecked,
	grabBeforeAssign,
	useUnbalanced,
	accessWithoutUsersRef,
	putMayDeadlock,
	storedWithoutRef,
	taskMmUnlocked,
];

/** Rules about ignore comments: an id that is not known, or needed; no reason. */
export const IGNORE_RULES: { readonly unused: IgnoreRule; readonly withoutReason: IgnoreRule } = {
	unused: ignoreUnused,
	withoutReason: ignoreWithoutReason,
};

/** All rules with their severities, as `explain` lists them. */
export const RULES: readonly Pick<UseRule, "id" | "severity">[] = [...USE_RULES, ...OWNER_RULES, ...Object.values(IGNORE_RULES)];

/** Ids of all rules. */
export const RULE_IDS: readonly string[] = RULES.map((rule) => rule.id);

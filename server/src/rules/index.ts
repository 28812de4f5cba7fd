/** All rules. */

import { commentContradicts } from "./comment-contradicts.ts";
import type { UseRule } from "./rule.ts";
import { useClaimed } from "./use-claimed.ts";
import { useNeedsComment } from "./use-needs-comment.ts";
import { useUnknown } from "./use-unknown.ts";
import { useWithoutUsersRef } from "./use-without-users-ref.ts";

export const USE_RULES: readonly UseRule[] = [useWithoutUsersRef, useNeedsComment, useClaimed, useUnknown, commentContradicts];

/** Ids of all rules, as `explain` lists them. */
export const RULE_IDS: readonly string[] = USE_RULES.map((rule) => rule.id);

/** Which makers of fixes there are for the findings of a rule, the best first. */

import type { FixMaker } from "./draft.ts";
import { holdFromCaptureFix } from "./hold-from-capture.ts";
import { holdOverUseFix } from "./hold-over-use.ts";
import { pinStructFix } from "./pin-struct.ts";
import { silence } from "./silence.ts";
import { stateContract, stateGuarantee, writeComment } from "./write-comment.ts";

const MAKERS: Readonly<Record<string, readonly FixMaker[]>> = {
	"use-without-users-ref": [holdOverUseFix, pinStructFix, holdFromCaptureFix, stateGuarantee],
	"use-needs-comment": [writeComment],
	"use-unknown": [stateContract],
};

/** The makers for a rule. Every finding can be silenced. */
export function makersFor(rule: string): readonly FixMaker[] {
	return [...(MAKERS[rule] ?? []), silence];
}

/** Which makers of fixes there are for the findings of a rule about references or ignore comments, the best first. */

import { checkResult } from "./check-result.ts";
import { dropIgnore } from "./drop-ignore.ts";
import { giveBack } from "./give-back.ts";
import { holdOverAccess } from "./hold-access.ts";
import { lookAtResult, returnResult, takeUnlessZero } from "./look-at-result.ts";
import { putAfterUse, takeAfterStore } from "./move-behind.ts";
import { putLater, putRightKind } from "./other-put.ts";
import type { OwnerFixMaker } from "./owner-draft.ts";
import { silenceOwner } from "./silence.ts";

/** By rule. What is right for one that is not named here only a person can say. */
const MAKERS: Readonly<Record<string, readonly OwnerFixMaker[]>> = {
	"users-leak": [giveBack],
	"count-leak": [giveBack],
	"put-wrong-kind": [putRightKind],
	"put-may-deadlock": [putLater],
	"result-unchecked": [lookAtResult, returnResult, checkResult],
	"use-after-put": [putAfterUse],
	"get-from-zero": [takeUnlessZero],
	"access-without-users-ref": [holdOverAccess],
	"grab-before-assign": [takeAfterStore],
	"ignore-unused": [dropIgnore],
};

/** The makers for a rule. Every finding can be silenced, but those about what silences. */
export function ownerMakersFor(rule: string, isAboutIgnores: boolean): readonly OwnerFixMaker[] {
	return [...(MAKERS[rule] ?? []), ...(isAboutIgnores ? [] : [silenceOwner])];
}

/** The facade: a snapshot of a tree and settings in, uses and findings out. Pure. */

import type { Analyse } from "./snapshot.ts";
import { openView } from "./view.ts";

export { applyEdits } from "../fixes/layout.ts";
export { nearestByFolder } from "../program/nearest.ts";
export { KNOWN_RULE_IDS } from "./rule-ids.ts";
export type { Analyse, Need, OpenView, Settings, SourceFile, Tree, View } from "./snapshot.ts";
export type * from "./types.ts";
export { openView } from "./view.ts";

/** Judges what is there and says what else could matter. Never throws. */
export const analyse: Analyse = (tree, settings) => openView(tree, settings).judge(settings.scope);

/** The uses of the examples that a real kernel is asked about: those that are exposed, and those that a fix has made right. */

import { join } from "node:path";
import type { Use } from "../../server/src/analysis/types.ts";
import { applyFlip, EXAMPLES, listRoots, readExpectations, readFlips } from "../examples/roots.ts";
import { applyFix, fixTexts, judgeAgain } from "../fixes/prove.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { type Exposure, exitEverywhere, exposeOnKernel } from "./traces.ts";

/** A trace that was made a scenario, and the uses that have it: `root#number`, after an edit `root~edit#number`. */
export interface NamedExposure extends Exposure {
	readonly uses: readonly string[];
}

/** A fixed use that was made scenarios, each with the exit of its owner at another place. */
export interface NamedFix {
	readonly fix: string;
	readonly scenarios: ReadonlyMap<string, readonly string[]>;
}

const expectations = readExpectations();

function readRoot(root: string): Record<string, string> {
	return readTexts(join(EXAMPLES, root));
}

/** The uses of a root by name: as they are, and after each of the edits that make one exposed. */
function listUses(root: string): readonly (readonly [string, Use])[] {
	const texts = readRoot(root);
	const kernel = expectations[root]?.kernel;
	const named = (name: string, of: Readonly<Record<string, string>>) =>
		judgeTexts(of, kernel).uses.map((use, index): readonly [string, Use] => [`${name}#${index}`, use]);
	const flipped = (readFlips()[root] ?? []).flatMap((flip, index) => {
		const changed = applyFlip(texts[flip.file] ?? "", flip);
		if (flip.verdict !== "exposed" || changed === undefined) return [];
		return named(`${root}~${index}`, { ...texts, [flip.file]: changed });
	});
	return [...named(root, texts), ...flipped];
}

/** Returns the traces of all exposed uses of the examples, each once. */
export function listExposures(): readonly NamedExposure[] {
	const exposures = new Map<string, NamedExposure>();
	for (const [name, use] of listRoots().flatMap(listUses)) {
		if (use.trace === undefined) continue;
		const exposure = exposeOnKernel(use.trace);
		const key = exposure.lines.join(" ");
		exposures.set(key, { ...exposure, uses: [...(exposures.get(key)?.uses ?? []), name] });
	}
	return [...exposures.values()];
}

/** Returns what each fix makes of the uses of the examples. A fix that only writes down what somebody has to fill in changes nothing. */
export function listFixes(): readonly NamedFix[] {
	const fixes = new Map<string, Map<string, readonly string[]>>();
	for (const root of listRoots()) {
		const texts = readRoot(root);
		const kernel = expectations[root]?.kernel;
		for (const [finding, offered] of fixTexts(texts, kernel)) {
			for (const fix of offered.filter(({ verdictAfter }) => verdictAfter === "held" || verdictAfter === "guarded")) {
				const uses = judgeAgain(applyFix(texts, fix), kernel).uses.filter((use) => use.function === finding.function && use.witness);
				const all = fixes.get(fix.id) ?? new Map<string, readonly string[]>();
				fixes.set(fix.id, all);
				for (const lines of uses.flatMap(exitEverywhere)) all.set(lines.join(" "), lines);
			}
		}
	}
	return [...fixes].map(([fix, lines]) => ({
		fix,
		scenarios: new Map([...lines.values()].map((each, index) => [`${fix}#${index}`, each])),
	}));
}

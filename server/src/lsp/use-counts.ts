import type { Verdict } from "../analysis/types.ts";
import type { FileJudgement, TreeSession } from "../workspace/session.ts";

/** Verdicts of the uses in the files of each tree, as they were judged last. */
export class UseCounts {
	readonly #verdicts = new WeakMap<TreeSession, Map<string, readonly Verdict[]>>();

	/** Takes what was said of one file. */
	note(session: TreeSession, { path, uses }: FileJudgement): void {
		const files = this.#verdicts.get(session) ?? new Map<string, readonly Verdict[]>();
		const verdicts = uses.map((use) => use.verdict);
		this.#verdicts.set(session, files.set(path, verdicts));
	}

	/** Takes what was said of all files of a tree. */
	noteAll(session: TreeSession, judgements: readonly FileJudgement[]): void {
		this.#verdicts.delete(session);
		for (const judgement of judgements) this.note(session, judgement);
	}

	/** Number of uses by verdict in some trees; verdicts without a use are left out. */
	sum(sessions: readonly TreeSession[]): Partial<Record<Verdict, number>> {
		const counts: Partial<Record<Verdict, number>> = {};
		for (const session of sessions) {
			for (const verdicts of this.#verdicts.get(session)?.values() ?? []) {
				for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
			}
		}
		return counts;
	}
}

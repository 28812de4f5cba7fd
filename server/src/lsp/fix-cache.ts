import type { Finding, Fix } from "../analysis/types.ts";
import type { TreeSession } from "../workspace/session.ts";
import type { Judged } from "./trees.ts";

/** Fixes of the findings of one document. They name places in any file of the tree, and hold until any of them changes. */
interface Known {
	readonly session: TreeSession;
	readonly generation: number;
	readonly fixes: Map<string, readonly Fix[]>;
}

/** Proved fixes by finding. Proving takes a while, and saving a file must not wait for it. */
export class FixCache {
	readonly #known = new Map<string, Known>();

	/** The fixes of a finding, when they are known already. */
	peek(judged: Judged, finding: Finding): readonly Fix[] | undefined {
		return this.#of(judged).get(finding.id);
	}

	/** The fixes of a finding, proved when they are not known. @throws the reason of the signal when it fires */
	async get(judged: Judged, finding: Finding, signal: AbortSignal): Promise<readonly Fix[]> {
		const fixes = this.#of(judged);
		const known = fixes.get(finding.id);
		if (known !== undefined) return known;
		const found = await judged.session.fixesFor(judged.path, finding.id, signal);
		signal.throwIfAborted();
		fixes.set(finding.id, found);
		return found;
	}

	forget(uri: string): void {
		this.#known.delete(uri);
	}

	#of(judged: Judged): Map<string, readonly Fix[]> {
		const known = this.#known.get(judged.uri);
		if (known?.session === judged.session && known.generation === judged.generation) return known.fixes;
		const fixes = new Map<string, readonly Fix[]>();
		this.#known.set(judged.uri, { session: judged.session, generation: judged.generation, fixes });
		return fixes;
	}
}

/** A tree in which one file at a time stands in another text. */

import type { Finding } from "../../server/src/analysis/types.ts";
import type { Engine } from "../../server/src/workspace/engine.ts";
import { walkSources } from "../../server/src/workspace/files.ts";
import { OpenTree, type Reading } from "../../server/src/workspace/open-tree.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { EXPECTED } from "./kinds.ts";
import type { Mutant } from "./sites.ts";

const READING: Reading = { pause: () => Promise.resolve(), progress: () => undefined };

export class MutatedTree {
	readonly #tree: OpenTree;
	readonly #known: ReadonlySet<string>;

	private constructor(tree: OpenTree, known: ReadonlySet<string>) {
		this.#tree = tree;
		this.#known = known;
	}

	/** Reads a tree as it is. */
	static async open(root: string, kernel: string, engine: Engine): Promise<MutatedTree> {
		const settings = { kernel, kernelForced: false, functions: {}, severity: {}, scope: [] };
		const tree = new OpenTree({ root, files: listSources(root), wholeFolder: true, settings }, engine, makeSearch(true));
		const view = await tree.settle([], READING);
		return new MutatedTree(tree, new Set(view.judge([]).report.findings.map(({ fingerprint }) => fingerprint)));
	}

	/** The expected rule that newly fires on the reference which a mutant touches. */
	async judge(file: string, text: string, mutant: Mutant): Promise<string | undefined> {
		const { start, end, now } = mutant;
		this.#tree.setText(file, text.slice(0, start) + now + text.slice(end));
		const isCaller = makeIsCaller(text, file, mutant);
		const look = async (scope: readonly string[]): Promise<string | undefined> => {
			const view = await this.#tree.settle(scope, READING);
			const fresh = view.judge(scope).report.findings.filter(({ fingerprint }) => !this.#known.has(fingerprint));
			return fresh.find((finding) => EXPECTED[mutant.kind].includes(finding.rule) && (isAbout(finding, file, mutant) || isCaller(finding)))
				?.rule;
		};
		/* who takes part may lie anywhere: in a header, most of all */
		const by = (await look([file.slice(0, file.lastIndexOf("/") + 1)])) ?? (await look([]));
		this.#tree.setText(file, undefined);
		return by;
	}
}

/** Says of findings whether their function calls the mutated one: it is the caller that is left with what was not given back. */
function makeIsCaller(text: string, file: string, { function: fn }: Mutant): (finding: Finding) => boolean {
	const lines = text.split("\n");
	const starts = lines.flatMap((line, i) => (/^\w[^;]*\(/.test(line) ? [i] : []));
	return (finding) => {
		if (finding.file !== file) return false;
		const start = starts.findLast((at) => at < finding.line) ?? 0;
		const end = starts.find((at) => at > start) ?? lines.length;
		return lines.slice(start + 1, end).some((line) => new RegExp(`\\b${fn}\\s*\\(`).test(line));
	};
}

/** Whether a finding is about the reference: it stands in the function, its trace passes it, or it names the field. */
function isAbout(finding: Finding, file: string, { function: fn, mms }: Mutant): boolean {
	if (finding.file === file && finding.function === fn) return true;
	if (finding.trace?.some((step) => step.file === file && step.function === fn)) return true;
	const fields = mms.flatMap((mm) => /(?:->|\.)(\w+)$/.exec(mm)?.[1] ?? []);
	return fields.some((field) => new RegExp(`(?:->|\\.)${field}\\b`).test(finding.message));
}

function listSources(root: string): readonly string[] {
	const walk = walkSources(root, { isExcluded: () => false, split: false });
	for (let step = walk.next(); ; step = walk.next()) if (step.done) return step.value.files;
}

/** The examples on the rule pages: C in code blocks that say in their first lines how they are judged. */

import { VERDICTS, type Verdict } from "../../server/src/analysis/types.ts";

export interface Example {
	/** Line of the page on which the code begins, from 1. */
	readonly line: number;
	/** Absent where there is no use. */
	readonly verdict?: Verdict;
	/** The kernel that the code is for, when the example says one. */
	readonly kernel?: string;
	/** Ids of the rules that have findings, sorted. */
	readonly findings: readonly string[];
	readonly code: string;
}

/** What a verdict is reported as; `held` and `guarded` are right and reported as nothing. */
const RULE_OF: Readonly<Record<Verdict, readonly string[]>> = {
	held: [],
	guarded: [],
	uncommented: ["use-needs-comment"],
	claimed: ["use-claimed"],
	unknown: ["use-unknown"],
	exposed: ["use-without-users-ref"],
};

/**
 * Reads the examples of a page: its code blocks of language `c`. Each begins with the line `// verdict: VERDICT` where there is a use;
 * `// kernel: VERSION` and `// findings: RULE, RULE` (all of them, or `none`; without it what the verdict means) may stand beside it.
 * @throws Error naming the line of a block that says nothing, or something else
 */
export function readExamples(page: string): readonly Example[] {
	return [...page.matchAll(/^```c\n([\s\S]*?)^```$/gm)].map((match) => {
		const line = page.slice(0, match.index).split("\n").length + 1;
		const code = match[1] ?? "";
		const said = new Map<string, string>();
		for (const head of code.split("\n")) {
			const parts = /^\/\/ (\w+): (.+)$/.exec(head);
			if (!parts) break;
			if (said.has(parts[1] ?? "")) throw new Error(`line ${line}: "${parts[1]}" twice`);
			said.set(parts[1] ?? "", parts[2] ?? "");
		}
		const verdict = VERDICTS.find((known) => known === said.get("verdict"));
		if (verdict === undefined && (said.has("verdict") || !said.has("findings")))
			throw new Error(`line ${line}: the example does not say its verdict`);
		const other = [...said.keys()].find((key) => !["verdict", "kernel", "findings"].includes(key));
		if (other !== undefined) throw new Error(`line ${line}: "${other}" means nothing`);
		const kernel = said.get("kernel");
		const told = said.get("findings");
		const findings = told === "none" ? [] : (told?.split(/,\s*/) ?? (verdict ? RULE_OF[verdict] : []));
		return {
			line,
			...(verdict === undefined ? {} : { verdict }),
			findings: [...findings].sort(),
			code,
			...(kernel === undefined ? {} : { kernel }),
		};
	});
}

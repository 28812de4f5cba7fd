import type { Report } from "../analysis/types.ts";
import type { Change } from "./change.ts";
import { type Listing, SKIPPED } from "./files.ts";
import type { OpenTree, Reading } from "./open-tree.ts";
import { isInScope, type Job } from "./plan.ts";

/**
 * Keeps to the files that belong to what a job looks at: those that are listed, and of those that are gone the ones that would have been.
 * @param isExcluded as in the walk that made the listing
 */
export function keepToJob(change: Change, job: Job, isExcluded: (path: string) => boolean): Change {
	const listed = new Set(job.listing.files);
	const wasListed = (path: string): boolean => (job.wholeFolder || isInScope(path, job.scope)) && !isLeftOut(path, job.listing, isExcluded);
	/* of the two texts the one that is not on disk */
	const { after = change.before } = change;
	const isLookedAt = ([path]: readonly [string, unknown]): boolean =>
		listed.has(path) || (after.get(path) !== undefined && wasListed(path));
	return {
		before: new Map([...change.before].filter(isLookedAt)),
		...(change.after && { after: new Map([...change.after].filter(isLookedAt)) }),
		lines: change.lines,
	};
}

function isLeftOut(path: string, { kernelTrees }: Listing, isExcluded: (path: string) => boolean): boolean {
	const names = path.split("/");
	return names.some((name, index) => {
		const upwards = names.slice(0, index + 1).join("/");
		return isExcluded(upwards) || (index < names.length - 1 && (SKIPPED.has(name) || kernelTrees.includes(upwards)));
	});
}

/**
 * Judges a tree as it was before a change, and leaves it as it is after that: what is judged next need not be read twice.
 * @param change where the files on disk are those after it, they count again
 */
export async function judgeBefore(tree: OpenTree, scope: readonly string[], change: Change, reading: Reading): Promise<Report> {
	if (change.after === undefined) return judgeWith(tree, scope, change.before, reading);
	const report = await judgeWith(tree, scope, new Map(), reading);
	const gone = [...change.after].flatMap(([path, text]) => (text === undefined ? [path] : []));
	await tree.changed({ present: [], gone }, reading.pause);
	for (const [path, text] of change.after) if (text !== undefined) tree.setText(path, text);
	return report;
}

/**
 * Judges a tree with other texts, and lets the files on disk count again.
 * @param before by path; `undefined` where there is to be no file
 */
async function judgeWith(tree: OpenTree, scope: readonly string[], before: Change["before"], reading: Reading): Promise<Report> {
	const texts = [...before].flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]));
	const added = [...before].filter(([, text]) => text === undefined).map(([path]) => path);
	await tree.changed({ present: [], gone: added }, reading.pause);
	for (const [path, text] of texts) tree.setText(path, text);
	const view = await tree.settle(scope, reading);
	const { report } = view.judge(scope);
	const holes = [...report.holes, ...tree.holes()];
	for (const [path] of texts) tree.setText(path, undefined);
	await tree.changed({ present: added, gone: [] }, reading.pause);
	return { ...report, holes };
}

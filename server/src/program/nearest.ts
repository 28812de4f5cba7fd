/** Which of several files is meant when nothing but their folders tells. */

/** Number of leading folders that two paths share. */
function sharedFolders(a: string, b: string): number {
	const left = a.split("/");
	const right = b.split("/");
	let shared = 0;
	while (shared < left.length - 1 && shared < right.length - 1 && left[shared] === right[shared]) shared++;
	return shared;
}

/** Those of `candidates` that share most folders with `from`; a header of the kernel's `include/` counts as near to all. */
export function nearestByFolder<T>(candidates: readonly T[], pathOf: (candidate: T) => string, from: string): readonly T[] {
	let best: T[] = [];
	let bestShared = -1;
	for (const candidate of candidates) {
		const shared = sharedFolders(pathOf(candidate), from);
		if (shared > bestShared) {
			best = [candidate];
			bestShared = shared;
		} else if (shared === bestShared) best.push(candidate);
	}
	return best;
}

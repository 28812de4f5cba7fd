/** Folders this deep have siblings that belong to the same driver; those of fewer levels hold drivers that have nothing to do with each other. */
const DEEP = 5;

/**
 * The files that stand near to some others, where what these have to do with is found most often: in the same folders, and in those beside
 * them that hold C files too.
 * @param all relative paths of all files
 */
export function neighboursOf(places: Iterable<{ readonly file: string }>, all: Iterable<string>): readonly string[] {
	const folders = new Set<string>();
	const parents = new Set<string>();
	for (const { file } of places) {
		const folder = folderOf(file);
		folders.add(folder);
		if (folder.split("/").length >= DEEP) parents.add(folderOf(folder));
	}
	const near: string[] = [];
	const beside = new Map<string, { readonly files: string[]; hasSource: boolean }>();
	for (const path of all) {
		const folder = folderOf(path);
		if (folders.has(folder)) near.push(path);
		else if (parents.has(folderOf(folder))) {
			const known = beside.get(folder) ?? { files: [], hasSource: false };
			known.files.push(path);
			known.hasSource ||= path.endsWith(".c");
			beside.set(folder, known);
		}
	}
	return [...near, ...[...beside.values()].filter(({ hasSource }) => hasSource).flatMap(({ files }) => files)];
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

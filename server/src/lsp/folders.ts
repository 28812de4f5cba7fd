import type { WorkspaceFolder } from "vscode-languageserver/node";
import { isInside } from "../workspace/plan.ts";
import type { ClientUris } from "./uris.ts";

/** A workspace folder that lies on disk. */
export interface Folder {
	readonly uri: string;
	/** Absolute, without symbolic links. */
	readonly path: string;
}

/** The workspace folders as they are now. */
export class Folders {
	readonly #uris: ClientUris;
	#folders: readonly Folder[] = [];

	constructor(uris: ClientUris, folders: readonly WorkspaceFolder[]) {
		this.#uris = uris;
		this.change(folders, []);
	}

	get all(): readonly Folder[] {
		return this.#folders;
	}

	change(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): void {
		const gone = new Set(removed.map((folder) => folder.uri));
		const come = added.flatMap(({ uri }) => {
			const path = this.#uris.note(uri);
			return path === undefined ? [] : [{ uri, path }];
		});
		this.#folders = [...this.#folders.filter((folder) => !gone.has(folder.uri)), ...come];
	}

	/** The innermost folder that a path lies in. */
	around(path: string): Folder | undefined {
		const holding = this.#folders.filter((folder) => isInside(folder.path, path));
		return holding.toSorted((a, b) => b.path.length - a.path.length)[0];
	}

	/** Whose settings count for a whole tree: the folder that the tree lies in, else the first one inside it, else the tree's own. */
	scopeOfTree(root: string): string {
		const scope = this.around(root) ?? this.#folders.find((folder) => isInside(root, folder.path));
		return scope?.uri ?? this.#uris.uriOf(root);
	}

	/** Says whether a workspace folder lies in the tree, or the tree in one. */
	hasPartOf(root: string): boolean {
		return this.#folders.some((folder) => isInside(root, folder.path) || isInside(folder.path, root));
	}
}

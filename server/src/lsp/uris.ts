/** The only place that turns URIs into paths and back. */

import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { URI } from "vscode-uri";

/**
 * Returns the path of a `file:` URI, as the platform writes it.
 * @returns undefined for another scheme, for what is no URI, and for a path that cannot be one on this platform (a drive letter on Linux)
 */
export function toPath(uri: string): string | undefined {
	let parsed: URI;
	try {
		parsed = URI.parse(uri, true);
	} catch {
		return undefined;
	}
	if (parsed.scheme !== "file" || (parsed.authority !== "" && sep === "/")) return undefined;
	return isAbsolute(parsed.fsPath) && !parsed.fsPath.includes("\0") ? parsed.fsPath : undefined;
}

/** Returns the `file:` URI of an absolute path, in the form that VS Code uses. */
export function toUri(path: string): string {
	return URI.file(path).toString();
}

/** Returns the path without symbolic links. Of what does not exist (yet, or any more) the part that does is resolved. */
export function resolveLinks(path: string): string {
	try {
		return realpathSync.native(path);
	} catch {
		const parent = dirname(path);
		return parent === path ? path : join(resolveLinks(parent), basename(path));
	}
}

/**
 * Keeps what the client calls files by. Trees know real paths only; the client must get back the URI that it opened, and for files that it
 * did not open, the one that it would open them by: through the same symbolic link.
 */
export class ClientUris {
	/** Real path to the URIs it was opened by, the first one first. */
	readonly #opened = new Map<string, string[]>();
	/** Real folder to the folder that the client reaches it by. */
	readonly #links = new Map<string, string>();

	/** Notes that the client calls a file or folder by this URI; returns the real path, undefined when the URI names no file. */
	note(uri: string): string | undefined {
		const path = toPath(uri);
		if (path === undefined) return undefined;
		const real = resolveLinks(path);
		if (real !== path) this.#noteLink(path, real);
		return real;
	}

	/** Notes that a document was opened; returns as {@link note} does. */
	open(uri: string): string | undefined {
		const real = this.note(uri);
		if (real === undefined) return undefined;
		const known = this.#opened.get(real);
		if (known === undefined) this.#opened.set(real, [uri]);
		else if (!known.includes(uri)) known.push(uri);
		return real;
	}

	close(uri: string): void {
		for (const [real, uris] of this.#opened) {
			const rest = uris.filter((known) => known !== uri);
			if (rest.length === 0) this.#opened.delete(real);
			else if (rest.length < uris.length) this.#opened.set(real, rest);
		}
	}

	/** The URI by which the client knows, or would open, a real path. */
	uriOf(real: string): string {
		const opened = this.#opened.get(real)?.[0];
		if (opened !== undefined) return opened;
		for (let folder = dirname(real); ; folder = dirname(folder)) {
			const link = this.#links.get(folder);
			if (link !== undefined) return toUri(join(link, real.slice(folder.length)));
			if (dirname(folder) === folder) return toUri(real);
		}
	}

	/** What differs between the two once the common end is taken away is where the link stands. */
	#noteLink(path: string, real: string): void {
		let [from, to] = [path, real];
		while (basename(from) === basename(to) && dirname(from) !== from && dirname(to) !== to) [from, to] = [dirname(from), dirname(to)];
		this.#links.set(to, from);
	}
}

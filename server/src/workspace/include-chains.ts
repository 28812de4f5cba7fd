import { nearestByFolder } from "../analysis/index.ts";
import { ByteReader } from "./byte-reader.ts";

interface Header {
	/** The files that its `#include` lines can mean. */
	readonly includes: readonly string[];
	/** Tags of the structs and unions that it defines, as far as a look at its text tells, a blank on each side. */
	readonly tags: string;
}

/**
 * Finds definitions along the includes of a file. It looks at as few headers as it can and may miss one: a search of the whole tree is to
 * be asked for what it does not find.
 */
export class IncludeChains {
	readonly #root: string;
	readonly #byName = new Map<string, string[]>();
	readonly #headers = new Map<string, Header>();
	readonly #bytes = new ByteReader();

	/** @param files relative paths of all files that may be included */
	constructor(root: string, files: Iterable<string>) {
		this.#root = root;
		for (const path of files) {
			const name = lastOf(path);
			const same = this.#byName.get(name);
			if (same === undefined) this.#byName.set(name, [path]);
			else same.push(path);
		}
	}

	/** The nearest headers that define a struct or union for a file, and those through which it includes them. */
	to(tag: string, from: string): readonly string[] {
		/** By header, those that include it; the first is one by which it was reached first. */
		const includer = new Map<string, string>([[from, ""]]);
		for (let level = [from]; level.length > 0; ) {
			const next: string[] = [];
			for (const file of level)
				for (const path of this.#read(file).includes) {
					if (includer.has(path)) continue;
					includer.set(path, file);
					next.push(path);
				}
			const found = next.filter((path) => this.#read(path).tags.includes(` ${tag} `));
			if (found.length > 0) return [...new Set(found.flatMap((path) => chainTo(path, includer)))];
			level = next;
		}
		return [];
	}

	#read(path: string): Header {
		let header = this.#headers.get(path);
		if (header === undefined) {
			const text = this.#bytes.read(`${this.#root}/${path}`).latin1();
			const includes = [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]*)[">]/gm)];
			const tags = [...text.matchAll(/\b(?:struct|union)\s+(\w+)[^;,()=*{}]*\{/g)];
			header = {
				includes: includes.flatMap(([, include = ""]) => this.#filesOf(include, path)),
				/* one text of its own: parts of a text would keep the whole of it */
				tags: ` ${tags.map(([, tag]) => tag).join(" ")} `,
			};
			this.#headers.set(path, header);
		}
		return header;
	}

	#filesOf(include: string, from: string): readonly string[] {
		const wanted = include.replace(/^(?:\.\.?\/)+/, "");
		const candidates = (this.#byName.get(lastOf(wanted)) ?? []).filter((path) => path === wanted || path.endsWith(`/${wanted}`));
		return nearestByFolder(candidates, (path) => path, from);
	}
}

/** The files by which a file was reached, itself included, the first one not. */
function chainTo(path: string, includer: ReadonlyMap<string, string>): readonly string[] {
	const chain: string[] = [];
	for (let at = path; includer.get(at); at = includer.get(at) as string) chain.push(at);
	return chain;
}

function lastOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

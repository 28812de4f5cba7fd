/**
 * What stands under a name in many files, most of which were entered before: a large `base` that outlives edits, and a small `rest` with the
 * files that differ from it. Answers are those of one list filled file by file.
 */

/** One list of entries for each kind of question and each name. */
export type Tables<Kinds> = { readonly [Kind in keyof Kinds]: Map<string, Kinds[Kind][]> };

/** What every entry tells. */
interface InFile {
	readonly file: string;
}

/** How files are entered: what tables there are, and what a file adds to them. `token` stands for all that a file adds. */
export interface Entering<Kinds, Token> {
	readonly makeTables: () => Tables<Kinds>;
	readonly enter: (token: Token, tables: Tables<Kinds>) => void;
}

interface Layer<Kinds, Token> {
	readonly files: ReadonlyMap<string, { readonly token: Token; readonly rank: number }>;
	readonly tables: Tables<Kinds>;
}

/** More files than this share of all in `rest`, or gone from `base`, and everything is entered anew: `rest` is entered at each change. */
const SHARE = 1 / 32;
/** For so few files that is never worth it. */
const FEW = 8;

export class Layers<Kinds extends Record<keyof Kinds, InFile>, Token> {
	readonly #base: Layer<Kinds, Token>;
	readonly #rest: Tables<Kinds>;
	/** Files whose entries in `base` count no longer. */
	readonly #stale: ReadonlySet<string>;
	readonly #ranks: ReadonlyMap<string, number>;
	readonly #merged = new Map<readonly InFile[], readonly InFile[]>();

	/**
	 * @param files a token for each file, in the order in which answers list them; equal tokens add the same
	 * @param before layers over nearly the same files
	 */
	constructor(files: ReadonlyMap<string, Token>, entering: Entering<Kinds, Token>, before?: Layers<Kinds, Token>) {
		this.#ranks = new Map([...files.keys()].map((file, rank) => [file, rank]));
		const base = before ? before.#base : undefined;
		const changed = new Map<string, Token>();
		let last = -1;
		for (const [file, token] of files) {
			const known = base?.files.get(file);
			if (known?.token === token && known.rank > last) last = known.rank;
			else changed.set(file, token);
		}
		const gone = (base?.files.size ?? 0) - (files.size - changed.size);
		const limit = Math.max(FEW, files.size * SHARE);
		if (base && changed.size <= limit && gone <= limit) {
			this.#base = base;
			this.#rest = enterAll(changed, entering);
			this.#stale = new Set([...base.files.keys()].filter((file) => changed.has(file) || !files.has(file)));
		} else {
			this.#base = {
				files: new Map([...files].map(([file, token], rank) => [file, { token, rank }])),
				tables: enterAll(files, entering),
			};
			this.#rest = entering.makeTables();
			this.#stale = new Set();
		}
	}

	/** All entries under a name, in the order of the files. The same list for the same question. */
	get<Kind extends keyof Kinds>(kind: Kind, name: string): readonly Kinds[Kind][] {
		const old = this.#base.tables[kind].get(name);
		const added = this.#rest[kind].get(name);
		if (!old) return added ?? NONE;
		if (!added && this.#stale.size === 0) return old;
		let merged = this.#merged.get(old) as readonly Kinds[Kind][] | undefined;
		if (!merged) {
			const rank = ({ file }: InFile): number => this.#ranks.get(file) ?? -1;
			merged = [...old.filter(({ file }) => !this.#stale.has(file)), ...(added ?? [])].sort((a, b) => rank(a) - rank(b));
			this.#merged.set(old, merged);
		}
		return merged;
	}
}

const NONE: readonly never[] = [];

function enterAll<Kinds, Token>(files: ReadonlyMap<string, Token>, { makeTables, enter }: Entering<Kinds, Token>): Tables<Kinds> {
	const tables = makeTables();
	for (const token of files.values()) enter(token, tables);
	return tables;
}

/** Appends to the list under `name`. */
export function addTo<T>(table: Map<string, T[]>, name: string, entry: T): void {
	const list = table.get(name);
	if (list) list.push(entry);
	else table.set(name, [entry]);
}

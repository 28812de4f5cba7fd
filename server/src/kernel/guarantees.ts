/** What a comment can name as the reason why page tables outlive a use, as kernel developers write it. */

export type GuaranteeName = "mm_users" | "exit_aio" | "notifier-release" | "caller";

export interface GuaranteeWords {
	readonly guarantee: GuaranteeName;
	/** One of them in a comment names the guarantee. */
	readonly words: readonly RegExp[];
	/** For messages: what the comment says. */
	readonly says: string;
}

/** Read in order: the first that matches is what the comment names. */
export const GUARANTEES: readonly GuaranteeWords[] = [
	{
		guarantee: "caller",
		words: [
			/\bcaller\w*\b.{0,40}\b(holds?|has|have|keeps?|owns?|takes?|took|pins?|references?)\b/i,
			/\b(held|kept|taken|pinned) by (the |its |our )?caller/i,
		],
		says: "the caller holds mm_users",
	},
	{
		guarantee: "exit_aio",
		words: [
			/\bexit_aio\b/,
			/\b(aio|iocbs?|kiocbs?)\b.{0,60}\b(teardown|exit|before the mm|waits?|waited)\b/i,
			/\b(teardown|exit)\b.{0,60}\b(waits?|waited)\b.{0,40}\b(aio|iocbs?|kiocbs?)\b/i,
		],
		says: "exit_aio() waits for the request",
	},
	{
		guarantee: "notifier-release",
		words: [/\b(mmu[ _]?)?notifier\b.{0,80}\brelease\b/i, /\brelease\b.{0,60}\bnotifier\b/i, /\brelease\b.{0,20}\b(callback|method|op)\b/i],
		says: "the release notifier stops the user",
	},
	{
		guarantee: "mm_users",
		words: [
			/\bmm_users\b/,
			/\bmmget(_not_zero)?\b/,
			/\bget_task_mm\b/,
			/\b(hold|holds|held|holding|take|takes|taken|taking|took|acquire|acquires|acquired|get|gets|grab|grabs|keep|keeps|have|has)\b[^.;]{0,40}\breferences?\b[^.;]{0,40}\b(mm|mm_struct|address space)\b/i,
			/\bmm\b[^.;]{0,30}\breferences?\b[^.;]{0,20}\b(is|are) (taken|held|acquired)\b/i,
			/\breferences?\b[^.;]{0,12}\b(to|on|of)\b[^.;]{0,24}\b(mm|address space)\b[^.;]{0,20}\b(is|are) (taken|held|acquired)\b/i,
		],
		says: "a reference to the mm is held",
	},
];

/** A comment that denies that the pointer is used. */
export const USE_DENIALS: readonly RegExp[] = [
	/\b(should |must |may |can |is |are )?(never|not) (to )?(be )?(dereferenced?|used directly)\b/i,
];

/** A comment that denies that a reference is held. */
export const REFERENCE_DENIALS: readonly RegExp[] = [
	/\b(don't|do not|doesn't|does not|never|not|no|without)\b[^.;]{0,24}\b(holds?|holding|takes?|taking|keeps?|have|has)?\b[^.;]{0,12}\breferences?\b/i,
];

/** Words by which a comment denies the guarantee it names: it then names none. */
export const NEGATIONS: readonly RegExp[] = [/\b(don't|do not|doesn't|does not|never|cannot|can't|no longer|not)\b/i];

/** The form in which the quick-fix writes it: `mm lifetime: …`. */
export const WRITTEN_FORM = /\bmm lifetime:\s*(.*)$/i;

/** A part of a comment that somebody has yet to write: `<say why>`. It says nothing. */
export const PLACEHOLDER = /<[^\s<>][^<>]*>/g;

/** A comment that silences rules: their ids, separated by commas, and the reason. It says nothing about lifetimes. */
export const IGNORE_FORM = /\bmm-lifetime:\s*ignore\(([^()]*)\)((?:(?!\bmm-lifetime:)[^\n])*)/g;

/** Words that say nothing by themselves. */
export const EMPTY_WORDS: ReadonlySet<string> = new Set(
	(
		"a an and all always alive any are as at be by correct enough ensured fine fixme for fully good guaranteed here hopefully i in is it its just known lifetime live lives mm no of ok okay on or " +
		"problem reason right safe see so still sure that the there these this tbd to todo too trust us valid we why xxx yes below above comment me must should will was use used using case cases"
	).split(" "),
);

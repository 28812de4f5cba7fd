/** What a terminal would obey instead of showing it: control characters, and those that turn the direction of a text. */
const OBEYED = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Plain data in which every text is one that a terminal shows: names and strings of a source are somebody else's. */
export function printable<T>(data: T): T {
	if (typeof data === "string") return data.replace(OBEYED, escapeOne) as T;
	if (Array.isArray(data)) return data.map(printable) as T;
	if (typeof data !== "object" || data === null) return data;
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, printable(value)])) as T;
}

function escapeOne(character: string): string {
	return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

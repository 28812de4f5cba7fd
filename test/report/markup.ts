/** A reader of the markup that this project writes: strict, so that what it takes any reader does. */

export interface Markup {
	readonly elements: ReadonlySet<string>;
	readonly attributes: ReadonlySet<string>;
	/** What is wrong: a tag that does not close, an attribute twice, text that is no text. */
	readonly problems: readonly string[];
}

const TAG = /<(?<close>\/)?(?<name>[a-zA-Z][\w-]*)(?<attributes>(?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(?<empty>\/)?>/y;

/** Elements of HTML that have no end. */
const VOID: ReadonlySet<string> = new Set(["meta", "input", "img", "br", "link"]);

/** Elements whose content is no markup. */
const RAW: ReadonlySet<string> = new Set(["style", "script"]);

/** Reads a document that is XML, or HTML as strict as that. */
export function readMarkup(text: string): Markup {
	const elements = new Set<string>();
	const attributes = new Set<string>();
	const problems: string[] = [];
	const open: string[] = [];
	let at = text.startsWith("<!doctype html>") ? "<!doctype html>".length : 0;
	while (at < text.length) {
		const next = text.indexOf("<", at);
		const words = text.slice(at, next < 0 ? text.length : next);
		if (/>|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(words)) problems.push(`text: ${words.slice(0, 80)}`);
		if (next < 0) break;
		TAG.lastIndex = next;
		const tag = TAG.exec(text)?.groups;
		if (tag === undefined) {
			problems.push(`no tag: ${text.slice(next, next + 80)}`);
			break;
		}
		at = TAG.lastIndex;
		const name = tag["name"] ?? "";
		elements.add(name);
		const names = [...(tag["attributes"] ?? "").matchAll(/\s([\w:-]+)(?:="[^"]*")?/g)].map((match) => match[1] ?? "");
		if (new Set(names).size !== names.length) problems.push(`attribute twice: ${name}`);
		for (const attribute of names) attributes.add(attribute);
		if (tag["close"] !== undefined) {
			if (open.pop() !== name) problems.push(`not open: ${name}`);
		} else if (tag["empty"] === undefined && !VOID.has(name)) {
			open.push(name);
			if (RAW.has(name)) at = Math.max(at, text.indexOf(`</${name}>`, at));
		}
	}
	return { elements, attributes, problems: [...problems, ...open.map((name) => `not closed: ${name}`)] };
}

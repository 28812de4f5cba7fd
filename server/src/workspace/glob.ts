import { InputError } from "./input-error.ts";

/**
 * Makes a test for paths out of a glob, as .gitignore has them: without a slash (but at its end) it matches a name at any depth, else the path from
 * the root on. `*` and `?` stay within a name, `**` crosses folders, `[a-z]` and `{a,b}` work. What matches a folder matches all in it.
 * @returns a function of a path relative to the root, with `/`
 * @throws InputError for a glob that is empty or whose brackets do not match
 */
export function compileGlob(glob: string): (path: string) => boolean {
	const body = glob.replace(/^\.?\/+/, "").replace(/\/+$/, "");
	if (body === "") throw new InputError(`"${glob}" is not a glob`);
	const anywhere = !body.includes("/") && !/^\.?\//.test(glob);
	const regex = new RegExp(`^${anywhere ? "(?:.*/)?" : ""}${translate(body, glob)}(?:/.*)?$`, "s");
	return (path) => regex.test(path);
}

/** Takes a glob without leading and trailing slashes (`whole` is for messages); returns the source of a regular expression. */
function translate(body: string, whole: string): string {
	let source = "";
	let depth = 0;
	for (let i = 0; i < body.length; i++) {
		const c = body.charAt(i);
		if (c === "*" && body.startsWith("**/", i)) {
			source += "(?:.*/)?";
			i += 2;
		} else if (c === "*" && body.charAt(i + 1) === "*") {
			while (body.charAt(i + 1) === "*") i++;
			source += ".*";
		} else if (c === "*") source += "[^/]*";
		else if (c === "?") source += "[^/]";
		else if (c === "[") {
			const close = body.indexOf("]", i + 2);
			if (close < 0) throw new InputError(`"${whole}" is not a glob: "[" is not closed`);
			const set = body
				.slice(i + 1, close)
				.replace(/^!/, "^")
				.replace(/[\\[]/g, "\\$&");
			source += `(?!/)[${set}]`;
			i = close;
		} else if (c === "{") {
			source += "(?:";
			depth++;
		} else if (c === "}" && depth > 0) {
			source += ")";
			depth--;
		} else if (c === "," && depth > 0) source += "|";
		else if (c === "\\" && i + 1 < body.length) source += escapeRegex(body.charAt(++i));
		else source += escapeRegex(c);
	}
	if (depth > 0) throw new InputError(`"${whole}" is not a glob: "{" is not closed`);
	try {
		new RegExp(source);
	} catch {
		throw new InputError(`"${whole}" is not a glob`);
	}
	return source;
}

/** Returns text so that a regular expression matches it as it stands, in JavaScript and in ripgrep alike. */
export function escapeRegex(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

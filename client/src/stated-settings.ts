/** What a user has stated of the settings, as plain data. */

/**
 * Leaves out of a section what is empty: a text, list or object without anything in it is the editor's way to say that nothing is set, and
 * must not override the `.mm-lifetime.json` of the tree.
 */
export function dropEmpty(section: unknown): unknown {
	if (typeof section !== "object" || section === null || Array.isArray(section)) return section;
	return Object.fromEntries(Object.entries(section).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
	if (value === null || value === "") return true;
	return typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * Returns whether two pieces of plain data are the same: primitives, arrays, sets of primitives, and objects of these.
 * @param besides a property in which objects may differ
 */
export function isSame(left: unknown, right: unknown, besides?: string): boolean {
	if (left === right) return true;
	if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
	if (Array.isArray(left))
		return Array.isArray(right) && left.length === right.length && left.every((item, i) => isSame(item, right[i], besides));
	if (left instanceof Set) return right instanceof Set && left.size === right.size && [...left].every((item) => right.has(item));
	const keys = Object.keys(left);
	return (
		keys.length === Object.keys(right).length &&
		keys.every((key) => key === besides || isSame((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key], besides))
	);
}

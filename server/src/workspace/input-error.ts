/** Something the user gave cannot be used (a path, an option, a settings file): shown as one line, exit status 2. */
export class InputError extends Error {
	override name = "InputError";
}

/** Takes whatever was thrown; returns why in a few words and on one line: `ENOENT` becomes "no such file or folder". */
export function describeError(error: unknown): string {
	const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
	const known = WHY[code];
	if (known !== undefined) return known;
	const message = error instanceof Error ? error.message : String(error);
	return (message.split("\n")[0] ?? "").trim() || code || "unknown error";
}

const WHY: Readonly<Record<string, string>> = {
	ENOENT: "no such file or folder",
	ENOTDIR: "a part of the path is not a folder",
	EACCES: "permission denied",
	EPERM: "operation not permitted",
	EISDIR: "is a folder",
	ELOOP: "too many symbolic links",
	ENAMETOOLONG: "the name is too long",
	EMFILE: "too many open files",
	ENOSPC: "no space left on the device",
	EROFS: "the file system is read-only",
	EIO: "input/output error",
	ERR_INVALID_ARG_VALUE: "not a valid path",
};

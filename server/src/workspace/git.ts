import { constants } from "node:buffer";
import { spawn } from "node:child_process";
import { describeError, InputError } from "./input-error.ts";
import { findProgram } from "./program-path.ts";

/** What one run of git came to. */
export interface GitRun {
	readonly status: number;
	readonly out: Buffer;
	/** The first line that git printed on standard error. */
	readonly error: string;
}

/** Variables that name another repository than that of the folder (a hook has them set), or change what is printed. */
const MISLEADING: readonly string[] = [
	"GIT_DIR",
	"GIT_WORK_TREE",
	"GIT_COMMON_DIR",
	"GIT_INDEX_FILE",
	"GIT_PREFIX",
	"GIT_NAMESPACE",
	"GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_DIFF_OPTS",
	"GIT_EXTERNAL_DIFF",
	"GIT_LITERAL_PATHSPECS",
	"GIT_GLOB_PATHSPECS",
	"GIT_NOGLOB_PATHSPECS",
	"GIT_ICASE_PATHSPECS",
];

/** It writes nothing, and fetches nothing that a partial clone lacks. */
const ALONE = { GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };

/** How git is run. */
export interface GitOptions {
	/** For standard input. */
	readonly input?: string | Uint8Array;
	/** The option of this program that asks for git; messages begin with it. */
	readonly option?: "--diff" | "--patch";
	/** Further variables of its environment. */
	readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs git in a folder, without a shell; it starts no program that the repository names, and talks to no other machine.
 * @throws InputError when there is no git
 */
export async function runGit(root: string, args: readonly string[], options: GitOptions = {}): Promise<GitRun> {
	return start(root, args, { ...options, env: { ...(await withoutFilters(root, options)), ...options.env } });
}

function start(root: string, args: readonly string[], options: GitOptions): Promise<GitRun> {
	const { input = "", option = "--diff", env = {} } = options;
	const settings = ["-c", "core.quotePath=true", "-c", "core.fsmonitor=false"];
	const program = findProgram("git");
	if (program === undefined) return Promise.reject(new InputError(`${option}: git is not installed`));
	return new Promise((resolve, reject) => {
		const child = spawn(program, ["-C", root, ...settings, ...args], {
			env: { ...makeEnvironment(), ...env },
			stdio: ["pipe", "pipe", "pipe"],
		});
		const out: Buffer[] = [];
		const error: Buffer[] = [];
		child.on("error", (cause: NodeJS.ErrnoException) => reject(new InputError(`${option}: git: ${describeError(cause)}`)));
		child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
		child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
		child.on("close", (status) => resolve({ status: status ?? -1, out: Buffer.concat(out), error: firstLine(Buffer.concat(error)) }));
		// A git that ended early does not read to the end.
		child.stdin.on("error", () => undefined);
		child.stdin.end(input);
	});
}

const filters = new Map<string, Promise<readonly string[]>>();

/** Variables that turn off the filters of a repository's own configuration: git would run their programs. Those of the user stay. */
async function withoutFilters(root: string, options: GitOptions): Promise<Readonly<Record<string, string>>> {
	const known = filters.get(root) ?? listFilters(root, options);
	filters.set(root, known);
	const settings = (await known).flatMap((filter) => [
		...["clean", "smudge", "process"].map((kind) => [`filter.${filter}.${kind}`, ""]),
		[`filter.${filter}.required`, "false"],
	]);
	const before = Number(process.env["GIT_CONFIG_COUNT"] ?? 0);
	const variables = settings.flatMap(([key = "", value = ""], index) => [
		[`GIT_CONFIG_KEY_${before + index}`, key],
		[`GIT_CONFIG_VALUE_${before + index}`, value],
	]);
	return settings.length === 0 ? {} : { GIT_CONFIG_COUNT: String(before + settings.length), ...Object.fromEntries(variables) };
}

async function listFilters(root: string, { option }: GitOptions): Promise<readonly string[]> {
	const names = ["config", "--show-scope", "--null", "--name-only", "--get-regexp", "^filter\\..*\\.(clean|smudge|process)$"];
	const parts = (await start(root, names, option === undefined ? {} : { option })).out.toString().split("\0");
	const own = parts.filter((_, index) => index % 2 === 1 && /^(local|worktree)$/.test(parts[index - 1] ?? ""));
	return [...new Set(own.map((name) => name.replace(/^filter\./, "").replace(/\.\w+$/, "")))];
}

/** As {@link runGit}. @throws InputError also when git ends with a status that is not expected */
export async function askGit(
	root: string,
	args: readonly string[],
	options: GitOptions & { readonly expected?: readonly number[] } = {},
): Promise<Buffer> {
	const { status, out, error } = await runGit(root, args, options);
	if (!(options.expected ?? [0]).includes(status))
		throw new InputError(`${options.option ?? "--diff"}: ${root}: git ${args[0]}: ${error || `exit status ${status}`}`);
	return out;
}

/** The bytes that git printed as text, one character a byte. @throws InputError when they are more than a text can hold */
export function toText(bytes: Buffer): string {
	if (bytes.byteLength > constants.MAX_STRING_LENGTH) throw new InputError("too much has changed to be read at once");
	return bytes.toString("latin1");
}

/**
 * The id of the commit that a name stands for.
 * @param root an absolute folder
 * @param revision as the user wrote it
 * @throws InputError when the folder is in no git work tree, and when the name is not that of one commit in it
 */
export async function findCommit(root: string, revision: string): Promise<string> {
	refuseRevision(revision);
	const place = await runGit(root, ["rev-parse", "--is-inside-work-tree"]);
	if (place.status !== 0 && !place.error.startsWith("not a git repository")) throw new InputError(`--diff: ${root}: git: ${place.error}`);
	if (place.status !== 0 || place.out.toString().trim() !== "true") throw new InputError(`--diff: ${root} is in no git work tree`);
	// In two steps, since what may stand behind some names (":/text") would belong to them.
	const object = await readId(root, revision);
	const commit = object && (await readId(root, `${object}^{commit}`));
	if (commit === undefined) throw new InputError(`--diff: there is no commit "${revision}" in ${root}`);
	return commit;
}

/** @throws InputError for what git would take for an option, and for what names more than one commit */
function refuseRevision(revision: string): void {
	if (revision === "") throw new InputError("option '--diff' must name a commit");
	if (revision.startsWith("-")) throw new InputError(`option '--diff' must name a commit, not "${revision}"`);
	if (revision.includes("...")) {
		throw new InputError(`option '--diff' takes one commit, not "${revision}" (git merge-base finds the one where branches parted)`);
	}
	if (revision.includes(".."))
		throw new InputError(`option '--diff' takes one commit, not "${revision}"; the work tree is held against it`);
}

async function readId(root: string, name: string): Promise<string | undefined> {
	const { status, out } = await runGit(root, ["rev-parse", "--verify", "--quiet", name]);
	const id = out.toString().trim();
	return status === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
}

/**
 * The bytes of blobs by id.
 * @throws InputError when one is not there (a repository that was fetched in part)
 */
export async function readBlobs(root: string, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Buffer>> {
	const blobs = new Map<string, Buffer>();
	if (ids.size === 0) return blobs;
	const out = await askGit(root, ["cat-file", "--batch"], { input: [...ids].map((id) => `${id}\n`).join("") });
	for (let at = 0; at < out.length; ) {
		const end = out.indexOf("\n", at);
		const [id = "", type = "", size = ""] = out.toString("latin1", at, end).split(" ");
		if (type !== "blob") throw new InputError(`--diff: ${root}: git has no file ${id} (${type})`);
		blobs.set(id, out.subarray(end + 1, end + 1 + Number(size)));
		at = end + 1 + Number(size) + 1;
	}
	return blobs;
}

function makeEnvironment(): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => !MISLEADING.includes(name));
	return { ...Object.fromEntries(own), LC_ALL: "C", ...ALONE };
}

function firstLine(bytes: Buffer): string {
	return (bytes.toString().split("\n")[0] ?? "").replace(/^(fatal|error): /, "");
}

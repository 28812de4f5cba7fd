/** Judges a file that is being compiled. */

import { join } from "node:path";
import type { Report } from "../analysis/types.ts";
import type { BuildPlace } from "./build-place.ts";
import { BuildRecord, type Told } from "./build-record.ts";
import { Cache } from "./cache.ts";
import { checkPaths } from "./check.ts";
import type { Engine } from "./engine.ts";

/** What the user says, for all files of a build. */
export interface BuildOptions {
	readonly cwd: string;
	readonly exclude: readonly string[];
	/** Overrides what the flags and the tree say. */
	readonly kernel: string | undefined;
	/** Undefined: nothing is kept. */
	readonly cacheFolder: string | undefined;
	/** Tells this run of make from others; undefined: nobody knows. */
	readonly run: string | undefined;
}

/** A report whose paths are relative to a folder. */
interface Based {
	readonly base: string;
}

/**
 * Says what came out about a file: as the first checker of the same run of make found it, else by judging the file.
 * @param load makes the core ready, if it is needed
 */
export async function checkInBuild(place: BuildPlace, options: BuildOptions, load: () => Promise<Engine>): Promise<Told & Based> {
	const { root } = place;
	const folder = keptFor(place, options.cacheFolder);
	const check = async (path: string): Promise<Report & Based> => checkIn(place, path, folder, options, await load());
	const hasOwnNames = Object.keys(place.functions).length > 0;
	if (root !== undefined && options.run !== undefined && folder !== undefined && !hasOwnNames) {
		const record = new BuildRecord(folder, root, options.run, [options.kernel ?? place.kernel, options.exclude, place.exclude]);
		const told = await record.find(place.path, () => check(root));
		if (told !== undefined) return { ...told, base: root };
	}
	return check(place.real);
}

/** A tree of some architectures is another than the tree of all, and is kept apart from it. */
function keptFor({ architectures }: BuildPlace, folder: string | undefined): string | undefined {
	return folder === undefined || architectures.length === 0 ? folder : join(folder, `arch-${architectures.join("-")}`);
}

async function checkIn(
	place: BuildPlace,
	path: string,
	folder: string | undefined,
	{ cwd, exclude, kernel = place.kernel }: BuildOptions,
	engine: Engine,
): Promise<Report & Based> {
	const { report, base } = await checkPaths(
		{
			paths: [path],
			cwd,
			exclude: [...exclude, ...(place.exclude === undefined ? [] : [place.exclude])],
			functions: place.functions,
			...(place.root !== undefined && { root: place.root }),
			...(kernel !== undefined && { kernel }),
			...(folder !== undefined && { cache: new Cache(folder) }),
		},
		engine,
	);
	return { ...report, base };
}

/** The settings of section `mmLifetime`: what a client may state, checked key by key. */

import { describeError } from "../workspace/input-error.ts";
import { type FileSettings, parseSettings } from "../workspace/settings-file.ts";

export const SECTION = "mmLifetime";

export interface ClientSettings {
	/** Whether anything is said at all. */
	readonly enable: boolean;
	/** The tree to judge in, instead of the one that is found. */
	readonly root: string | undefined;
	/** What overrides `.mm-lifetime.json`. */
	readonly tree: FileSettings;
	readonly inlayHints: boolean;
	readonly codeLens: boolean;
}

export const DEFAULT_SETTINGS: ClientSettings = { enable: true, root: undefined, tree: {}, inlayHints: false, codeLens: true };

/** Every setting that the server takes; `trace.server` is read by the client's own library. */
export const SETTING_KEYS = [
	"enable",
	"kernelVersion",
	"root",
	"severity",
	"functions",
	"exclude",
	"inlayHints.enable",
	"codeLens.enable",
	"trace.server",
] as const;

/** Settings, and for each value that cannot be used one sentence that names its key; such a value counts for nothing, the others do. */
export interface SettingsReading {
	readonly settings: ClientSettings;
	readonly problems: readonly string[];
}

/**
 * Reads the section as a client hands it over.
 * @param value anything; `null` and absent keys stand for the defaults
 */
export function readSettings(value: unknown): SettingsReading {
	const problems: string[] = [];
	const section = asRecord(value, SECTION, problems);
	const inlayHints = asRecord(section["inlayHints"], `${SECTION}.inlayHints`, problems);
	const codeLens = asRecord(section["codeLens"], `${SECTION}.codeLens`, problems);
	const settings: ClientSettings = {
		enable: readBoolean(section, "enable", SECTION, DEFAULT_SETTINGS.enable, problems),
		root: readRoot(section["root"], problems),
		tree: readTreeSettings(section, problems),
		inlayHints: readBoolean(inlayHints, "enable", `${SECTION}.inlayHints`, DEFAULT_SETTINGS.inlayHints, problems),
		codeLens: readBoolean(codeLens, "enable", `${SECTION}.codeLens`, DEFAULT_SETTINGS.codeLens, problems),
	};
	return { settings, problems };
}

function readBoolean(from: Readonly<Record<string, unknown>>, key: string, where: string, otherwise: boolean, problems: string[]): boolean {
	const value = from[key] ?? otherwise;
	if (typeof value === "boolean") return value;
	problems.push(`${where}.${key} must be true or false`);
	return otherwise;
}

function readRoot(value: unknown, problems: string[]): string | undefined {
	if (!isGiven(value)) return undefined;
	if (typeof value === "string") return value;
	problems.push(`${SECTION}.root must be the path of a folder`);
	return undefined;
}

/** The rules for these are those of `.mm-lifetime.json`: each entry is checked as if it stood there alone. */
function readTreeSettings(section: Readonly<Record<string, unknown>>, problems: string[]): FileSettings {
	/** @param key as the file calls it; `said` is what the client calls it */
	const accept = (key: string, value: unknown, said = key): boolean => {
		try {
			parseSettings(JSON.stringify({ [key]: value }), SECTION);
			return true;
		} catch (error) {
			const complaint = describeError(error).slice(`${SECTION}: "${key}`.length);
			problems.push(`${SECTION}.${said}${complaint.replace('"', "")}`);
			return false;
		}
	};
	const acceptEntries = (key: string): Record<string, string> =>
		Object.fromEntries(
			Object.entries(asRecord(section[key], `${SECTION}.${key}`, problems)).filter((entry): entry is [string, string] =>
				accept(key, { [entry[0]]: entry[1] }),
			),
		);
	const { kernelVersion: kernel, functions, severity, exclude } = section;
	return {
		...(isGiven(kernel) && accept("kernel", kernel, "kernelVersion") && { kernel: String(kernel) }),
		...(isGiven(functions) && { functions: acceptEntries("functions") }),
		...(isGiven(severity) && { severity: acceptEntries("severity") }),
		...(isGiven(exclude) && {
			exclude: asList(exclude).filter((glob): glob is string => accept("exclude", Array.isArray(exclude) ? [glob] : glob)),
		}),
	};
}

/** A client writes nothing, `null` or an empty text where nothing is set. */
function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && value !== "";
}

function asList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [value];
}

function asRecord(value: unknown, where: string, problems: string[]): Readonly<Record<string, unknown>> {
	if (value === undefined || value === null) return {};
	if (typeof value === "object" && !Array.isArray(value)) return Object.fromEntries(Object.entries(value));
	problems.push(`${where} must be an object`);
	return {};
}

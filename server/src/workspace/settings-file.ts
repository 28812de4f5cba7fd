import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KNOWN_RULE_IDS } from "../analysis/index.ts";
import { findUnknownOverrides } from "../kernel/index.ts";
import { compileGlob } from "./glob.ts";
import { describeError, InputError } from "./input-error.ts";

export const SETTINGS_FILE = ".mm-lifetime.json";

/** What `.mm-lifetime.json` says; every key may be absent. */
export interface FileSettings {
	readonly kernel?: string;
	readonly functions?: Readonly<Record<string, string>>;
	readonly severity?: Readonly<Record<string, string>>;
	readonly exclude?: readonly string[];
}

/** What a stated kernel version looks like: `6.1`, `6.1.192`, `6.8-rc5`. */
export const KERNEL_VERSION = /^v?\d{1,6}\.\d{1,6}(\.\d{1,6})?(-rc\d{1,6})?$/;

const SEVERITIES: readonly string[] = ["error", "warning", "information", "off"];

/**
 * Reads the settings file of a root.
 * @param dir an absolute folder
 * @returns its settings, `{}` when there is no such file
 * @throws InputError naming the file and the key that is unknown or has the wrong type
 */
export function readSettingsFile(dir: string): FileSettings {
	const path = join(dir, SETTINGS_FILE);
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		if (typeof error === "object" && error !== null && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return {};
		throw new InputError(`${path}: ${describeError(error)}`);
	}
	return parseSettings(text, path);
}

/**
 * Checks the text of a settings file.
 * @param path the file's name, for messages
 * @throws InputError naming the file and the key that is unknown or has the wrong type
 */
export function parseSettings(text: string, path: string): FileSettings {
	let data: unknown;
	try {
		data = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch (error) {
		throw new InputError(`${path}: not JSON: ${describeError(error)}`);
	}
	if (!isRecord(data)) throw new InputError(`${path}: must hold an object`);
	const settings: { -readonly [K in keyof FileSettings]: FileSettings[K] } = {};
	for (const [key, value] of Object.entries(data)) {
		switch (key) {
			case "$schema":
				break;
			case "kernel":
				if (typeof value !== "string" || !KERNEL_VERSION.test(value)) {
					throw new InputError(`${path}: "kernel" must be a version such as "6.1.192"`);
				}
				settings.kernel = value;
				break;
			case "functions":
				settings.functions = readNames(value, path, "functions", "the name of a known function", isIdentifier);
				refuseUnknownFunctions(settings.functions, path);
				break;
			case "severity":
				settings.severity = readNames(value, path, "severity", `one of ${SEVERITIES.join(", ")}`, (name) => SEVERITIES.includes(name));
				refuseUnknownRules(settings.severity, path);
				break;
			case "exclude":
				settings.exclude = readGlobs(value, path);
				break;
			default:
				throw new InputError(`${path}: unknown key "${key}"`);
		}
	}
	return settings;
}

function readNames(value: unknown, path: string, key: string, wanted: string, valid: (name: string) => boolean): Record<string, string> {
	if (!isRecord(value)) throw new InputError(`${path}: "${key}" must be an object`);
	const names: [string, string][] = [];
	for (const [name, meaning] of Object.entries(value)) {
		if (typeof meaning !== "string" || !valid(meaning)) throw new InputError(`${path}: "${key}.${name}" must be ${wanted}`);
		names.push([name, meaning]);
	}
	return Object.fromEntries(names);
}

function isIdentifier(name: string): boolean {
	return /^[A-Za-z_]\w*$/.test(name);
}

function refuseUnknownFunctions(functions: Readonly<Record<string, string>>, path: string): void {
	const name = findUnknownOverrides(functions)[0];
	if (name !== undefined) throw new InputError(`${path}: "functions.${name}": "${functions[name]}" is not a known function`);
}

function refuseUnknownRules(severity: Readonly<Record<string, string>>, path: string): void {
	const id = Object.keys(severity).find((name) => !KNOWN_RULE_IDS.has(name));
	if (id !== undefined) throw new InputError(`${path}: "severity.${id}": there is no such rule`);
}

function readGlobs(value: unknown, path: string): readonly string[] {
	if (!Array.isArray(value) || !value.every((glob): glob is string => typeof glob === "string")) {
		throw new InputError(`${path}: "exclude" must be a list of globs`);
	}
	for (const glob of value) {
		try {
			compileGlob(glob);
		} catch (error) {
			throw new InputError(`${path}: "exclude": ${describeError(error)}`);
		}
	}
	return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

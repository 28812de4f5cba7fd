import { type ParseArgsConfig, parseArgs } from "node:util";
import { InputError } from "../workspace/input-error.ts";

/**
 * Splits arguments into options and the rest.
 * @throws InputError in one line for an option that is unknown, or that lacks or has a value against its kind
 */
export function parseArguments<const T extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], options: T) {
	refuseRepeated(args, options);
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		throw new InputError(shorten(message));
	}
}

/** Node's messages go on to explain how to write a positional argument that begins with a dash. */
function shorten(message: string): string {
	const first = (message.split("\n")[0] ?? "").split(/\. (?=[A-Z])/)[0] ?? message;
	return first.charAt(0).toLowerCase() + first.slice(1).replace(/\.$/, "");
}

/** An option that is given twice is a slip: which of the two would count? */
function refuseRepeated(args: readonly string[], options: NonNullable<ParseArgsConfig["options"]>): void {
	const seen = new Set<string>();
	for (const arg of args) {
		if (arg === "--") return;
		const name = /^--([^=]+)/.exec(arg)?.[1];
		const option = name === undefined ? undefined : options[name];
		if (name === undefined || option === undefined || option.type !== "string" || option.multiple === true) continue;
		if (seen.has(name)) throw new InputError(`option '--${name}' is given twice`);
		seen.add(name);
	}
}

/**
 * Returns the whole number that a value stands for, from 1.
 * @throws InputError naming the option and what is allowed
 */
export function chooseNumber(option: string, value: string, most: number): number {
	const number = /^\d+$/.test(value) ? Number(value) : 0;
	if (number < 1 || number > most) throw new InputError(`option '--${option}' must be a number from 1 to ${most}, not "${value}"`);
	return number;
}

/**
 * Returns the value when it is one of those allowed.
 * @throws InputError naming the option and what is allowed
 */
export function choose<T extends string>(option: string, value: string, allowed: readonly T[]): T {
	const found = allowed.find((candidate) => candidate === value);
	if (found === undefined) throw new InputError(`option '--${option}' must be ${allowed.join(" or ")}, not "${value}"`);
	return found;
}

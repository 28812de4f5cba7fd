import { InputError } from "../workspace/input-error.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, type Io, STATUS, type Status } from "./command.ts";
import { formatPage, readSummary } from "./page.ts";
import { choosePaint } from "./paint.ts";
import { readRulePages } from "./rule-pages.ts";

const HELP = `mm-lifetime explain [RULE]

Prints the page of a rule: what it means, why, and what to do. Without RULE it lists the rules.

  --color, --no-color   colour, whatever standard output is
`;

export const EXPLAIN: Command = { name: "explain", summary: "print the page of a rule, or list the rules", help: HELP, run: runExplain };

async function runExplain(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, { color: { type: "boolean" }, "no-color": { type: "boolean" } });
	if (positionals.length > 1) throw new InputError("explain: takes one RULE");
	const paint = choosePaint(values.color === true ? true : values["no-color"] === true ? false : undefined, false, io);
	const pages = readRulePages();
	const rule = positionals[0];
	if (rule === undefined) {
		const width = Math.max(0, ...[...pages.keys()].map((id) => id.length));
		io.writeOut([...pages].map(([id, page]) => `${paint.bold(id.padEnd(width))}  ${readSummary(page)}\n`).join(""));
		return STATUS.clean;
	}
	const page = pages.get(rule);
	if (page === undefined) throw new InputError(`explain: no rule "${rule}" (explain without RULE lists them)`);
	io.writeOut(formatPage(page, paint));
	return STATUS.clean;
}

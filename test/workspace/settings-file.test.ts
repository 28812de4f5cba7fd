import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KNOWN_RULE_IDS } from "../../server/src/analysis/rule-ids.ts";
import { RULE_IDS } from "../../server/src/rules/index.ts";
import { parseSettings, readSettingsFile } from "../../server/src/workspace/settings-file.ts";
import { makeTree } from "./tree.ts";

describe(".mm-lifetime.json", () => {
	it("may be absent", () => {
		expect(readSettingsFile(makeTree({}))).toEqual({});
	});

	it("is read", () => {
		const text =
			'{"$schema": "x", "kernel": "6.1", "functions": {"my_get": "mmget"}, "severity": {"use-unknown": "error"}, "exclude": ["tools/**"]}';
		expect(readSettingsFile(makeTree({ ".mm-lifetime.json": text }))).toEqual({
			kernel: "6.1",
			functions: { my_get: "mmget" },
			severity: { "use-unknown": "error" },
			exclude: ["tools/**"],
		});
	});

	it("may name every rule of the schema, and no other", () => {
		const schema: { properties: { severity: { properties: Record<string, unknown> } } } = JSON.parse(
			readFileSync(new URL("../../schema/mm-lifetime.schema.json", import.meta.url), "utf8"),
		);
		const ids = Object.keys(schema.properties.severity.properties);
		expect(ids.sort()).toEqual([...KNOWN_RULE_IDS].sort());
		expect(ids).toEqual(expect.arrayContaining([...RULE_IDS]));
		const severity = Object.fromEntries(ids.map((id) => [id, "off"]));
		expect(parseSettings(JSON.stringify({ severity }), "x").severity).toEqual(severity);
	});

	it.each([
		["{", /not JSON/],
		["[]", /must hold an object/],
		['{"kernels": "6.1"}', /unknown key "kernels"/],
		['{"kernel": 6.1}', /"kernel" must be a version/],
		['{"kernel": "new"}', /"kernel" must be a version/],
		['{"functions": ["a"]}', /"functions" must be an object/],
		['{"functions": {"my_get": 1}}', /"functions.my_get" must be the name of a known function/],
		['{"functions": {"my_get": "no_such_function"}}', /"functions.my_get": "no_such_function" is not a known function/],
		['{"severity": {"use-unknown": "bad"}}', /"severity.use-unknown" must be one of error/],
		['{"severity": {"nope": "error"}}', /"severity.nope": there is no such rule/],
		['{"exclude": "tools"}', /"exclude" must be a list/],
		['{"exclude": ["a[b"]}', /"exclude": .*is not closed/],
	])("%s is refused", (text, why) => {
		expect(() => parseSettings(text, "dir/.mm-lifetime.json")).toThrow(why);
		expect(() => parseSettings(text, "dir/.mm-lifetime.json")).toThrow(/^dir\/\.mm-lifetime\.json: [^\n]+$/);
	});
});

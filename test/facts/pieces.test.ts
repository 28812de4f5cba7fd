/** A text that is read piece by piece says what the whole of it says. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Pieces, piecesOf, TextPieces, type WordRole, wholeFacts } from "../../server/src/facts/index.ts";
import type { FileFacts, FunctionFacts } from "../../server/src/facts/types.ts";
import { bodyOfMacro } from "../../server/src/program/expand.ts";
import { occurrencesIn } from "../../server/src/program/occurrences.ts";
import { WORDS } from "../../server/src/syntax/words.ts";
import { EXAMPLES } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { factsOf, readPieces } from "./parse.ts";

const FIXTURES = join(EXAMPLES, "../test/fixtures");
const fixtures = readdirSync(FIXTURES)
	.filter((name) => name.endsWith(".c"))
	.map((name) => readFileSync(join(FIXTURES, name), "utf8"));
const examples = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
	.filter((path) => /\.[ch]$/.test(path))
	.map((path) => readFileSync(join(EXAMPLES, path), "utf8"));
const texts = [...fixtures, ...examples];

/** Facts in an order of their own: pieces give those of other arms of an `#if` where they stand, the whole at its end. */
function inOrder(facts: FileFacts): unknown {
	const sorted = <T>(list: readonly T[]): readonly string[] => list.map((item) => JSON.stringify(item)).sort();
	return Object.fromEntries(Object.entries(facts).map(([kind, list]) => [kind, sorted(list)]));
}

/** The words of some facts by the role in which a program looks for them. */
function* rolesIn(facts: FileFacts): Iterable<readonly [WordRole, string]> {
	const plain = (name: string): string => name.replace(/^::/, "").replace(/::.*$/, "");
	for (const { name } of [...facts.prototypes, ...facts.variables]) yield ["declared", name];
	for (const { name } of facts.typedefs) yield ["typedef", name];
	for (const { tag } of facts.structs) if (tag) yield ["tag", plain(tag)];
	for (const macro of facts.macros) {
		yield ["macro", macro.name];
		const body = macro.params && bodyOfMacro(macro);
		if (body) for (const name of occurrencesIn(body).calls.keys()) if (!name.includes("##")) yield ["calledInMacro", name];
		if (!macro.params && macro.expr?.e === "name") yield ["valueInMacro", macro.expr.name];
	}
	for (const fn of facts.functions) {
		yield ["defined", fn.name.replace(/^__do_(?:compat_)?sys_/, "")];
		const { calls, fieldCalls, stores, initialized, values } = occurrencesIn(fn.body);
		for (const name of calls.keys()) yield ["called", name];
		for (const name of fieldCalls.keys()) yield ["fieldCalled", name];
		for (const name of stores.keys()) yield ["fieldSet", name];
		for (const name of initialized) if (/^\w+$/.test(name)) yield ["fieldSet", name];
		for (const name of values) yield ["value", name];
	}
}

/** Whether all of a piece was understood: what the parser makes of an error, the words around it do not tell. */
function isUnderstood({ holes, functions }: FileFacts): boolean {
	return holes.length === 0 && functions.every(({ clean }) => clean);
}

/** What the facts of a piece hold that a look for the word would not come upon. */
function missedIn(pieces: Pieces): readonly string[] {
	const missed: string[] = [];
	for (let piece = 0; piece < pieces.count; piece++)
		for (const [role, word] of isUnderstood(pieces.facts(piece)) ? rolesIn(pieces.facts(piece)) : []) {
			if (WORDS.has(word) || !/^[\w$]+$/.test(word)) continue;
			/* the tag of what has none is the name of a variable or a type */
			const others: readonly WordRole[] = role === "tag" ? ["tag", "declared", "typedef"] : [role];
			if (!others.some((other) => pieces.find(other, word).includes(piece))) missed.push(`${role} ${word}`);
		}
	return missed;
}

const bits = [
	..."(){}[];,:?*&=#\"'/\\ \n".split(""),
	"\n\n",
	"/*",
	"*/",
	"/* c */",
	"// c\n",
	"\n#if A\n",
	"\n#else\n",
	"\n#endif\n",
	'\n#ifdef __cplusplus\nextern "C" {\n#endif\n',
	"\n#define M(x) mmput(x)\n",
	"mmget(mm);",
	"x->mm = mm;",
	"int x = 1;\n",
	"struct s { int a; } s;",
	"typedef struct { int b; } t;",
	"MODULE_THING(x)\n",
	"__attribute__((packed))",
	"return 0;\n}\n",
	"}\nstatic int other(void)\n{\n",
	"if (x) { y(); }\n",
	"\\\n",
	"é",
	"list_for_each(p, q)",
];

const edit = fc.record({
	at: fc.nat({ max: 9999 }).map((part) => part / 10_000),
	cut: fc.oneof(fc.constant(0), fc.nat({ max: 30 })),
	put: fc.oneof(fc.constantFrom(...bits), fc.constant("")),
});
const edited = fc.record({ text: fc.constantFrom(...texts), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) });

function apply(text: string, { at, cut, put }: { at: number; cut: number; put: string }): string {
	const start = Math.floor(at * text.length);
	return text.slice(0, start) + put + text.slice(start + cut);
}

describe("pieces", () => {
	it("hold together what the whole text holds", () => {
		for (const text of texts) expect(inOrder(wholeFacts(readPieces(text)))).toEqual(inOrder(factsOf(text)));
	});

	it("are found by every word that a program looks for", () => {
		for (const text of texts) expect(missedIn(readPieces(text))).toEqual([]);
	});

	it("are found by every word in any text, as far as it is understood", () => {
		fc.assert(
			fc.property(edited, ({ text, edits }) => {
				expect(missedIn(readPieces(edits.reduce(apply, text)))).toEqual([]);
			}),
			{ numRuns: 300, seed: 4 },
		);
	});

	it("lead to the same verdicts as all facts at once", () => {
		for (const text of fixtures.filter((_, index) => index % 4 === 0)) {
			const lazy = judgeTexts({ "a.c": text });
			const whole = judgeTexts({ "a.c": text }, undefined, (_, read) => piecesOf(wholeFacts(readPieces(read))));
			expect({ ...lazy, stats: 0, holes: 0 }).toEqual({ ...whole, stats: 0, holes: 0 });
		}
		const example = readTexts(join(EXAMPLES, "vhost"));
		expect(judgeTexts(example).uses).toEqual(judgeTexts(example, undefined, (_, read) => piecesOf(wholeFacts(readPieces(read)))).uses);
	});
});

function functionsOf(pieces: Pieces): readonly FunctionFacts[] {
	return Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece)).flatMap(({ functions }) => functions);
}

describe("pieces of an edited text", () => {
	it("are those of the text read afresh, and what is the same is taken over", () => {
		let taken = 0;
		fc.assert(
			fc.property(edited, ({ text, edits }) => {
				let before = readPieces(text);
				let now = text;
				for (const one of edits) {
					wholeFacts(before);
					now = apply(now, one);
					before = readPieces(now, before);
				}
				expect(wholeFacts(before)).toEqual(wholeFacts(readPieces(now)));
				taken++;
			}),
			{ numRuns: 300, seed: 23 },
		);
		expect(taken).toBe(300);
	});

	it("are the same facts wherever they stand, and tell where that is now", () => {
		const text = "int f(void)\n{\n\treturn 1;\n}\n\nint g(void)\n{\n\treturn f();\n}\n\nint f(void)\n{\n\treturn 1;\n}\n";
		const before = readPieces(text);
		const known = functionsOf(before);
		const moved = `/* a line */\n\n${text.replace("return f", "return 1 + f")}`;
		const after = readPieces(moved, before);
		const now = functionsOf(after);
		expect(now.map((fn, index) => fn === known[index])).toEqual([false, false, true]);
		/* the first has got a comment above it, the second another body: neither takes the place of what was there, until that is there again */
		const back = readPieces(text, after);
		expect(functionsOf(back).map((fn, index) => fn === known[index])).toEqual([true, true, true]);
		for (const [pieces, source] of [
			[before, text],
			[after, moved],
			[back, text],
		] as const)
			for (const fn of functionsOf(pieces)) {
				const start = pieces.offsetNow(fn.start);
				expect(source.slice(start, start + 5)).toMatch(/^int [fg]$/);
				expect(pieces.lineNow(fn.line)).toBe(source.slice(0, start).split("\n").length - 1);
				expect(pieces.holds(fn.start)).toBe(true);
			}
		expect(known.map((fn) => after.holds(fn.start))).toEqual([false, false, true]);
		expect(new Set([...known, ...now].map((fn) => fn.start)).size).toBe(5);
	});

	it("are each there once, also where a text that went in one way stayed in another", () => {
		const [f, g] = ["int f(void)\n{\n\treturn 1;\n}\n", "int g(void)\n{\n\treturn 2;\n}\n"];
		const before = readPieces(`${f}${g}`);
		const [known] = functionsOf(before);
		/* as when a fix is tried */
		functionsOf(readPieces(g, before));
		const twice = readPieces(`${f}${g}${f}`, before);
		const starts = functionsOf(twice).map((fn) => fn.start);
		expect(functionsOf(twice)[0]).toBe(known);
		expect(new Set(starts).size).toBe(3);
		expect(starts.map((start) => twice.offsetNow(start))).toEqual([0, f.length, f.length + g.length]);
	});

	it("are forgotten once much else went", () => {
		const f = "int f(void)\n{\n\treturn 1;\n}\n";
		const filler = (n: number): string => `int h(void)\n{\n\treturn "${"x".repeat(9000)}"[${n}];\n}\n`;
		const isKnownAfter = (edits: number): boolean => {
			const before = readPieces(f);
			const [known] = functionsOf(before);
			let now = before;
			for (let n = 0; n < edits; n++) {
				now = readPieces(filler(n), now);
				functionsOf(now);
			}
			return functionsOf(readPieces(f, now))[0] === known;
		};
		expect([1, 5, 12].map(isKnownAfter)).toEqual([true, true, false]);
	});

	it("are forgotten where the text is no longer edited, and can be read again", () => {
		const [text, other] = ["int f(void)\n{\n\treturn 1;\n}\n", "int g(void)\n{\n\treturn 1;\n}\n"];
		const isKnownAfter = (readAgain: (() => string) | undefined): boolean => {
			const before = readPieces(text);
			const [known] = functionsOf(before);
			return functionsOf(readPieces(text, readPieces(other, before, readAgain)))[0] === known;
		};
		expect([isKnownAfter(undefined), isKnownAfter(() => other)]).toEqual([true, false]);
	});

	it("are the same facts where the text is the same, edit after edit", () => {
		let same = 0;
		fc.assert(
			fc.property(edited, ({ text, edits }) => {
				let now = text;
				let before = readPieces(text);
				for (const one of edits) {
					now = apply(now, one);
					const after = readPieces(now, before);
					/* by their texts alone */
					const { first, endThen, endNow } = after.changesSince?.(before) ?? { first: 0, endThen: 0, endNow: after.count };
					for (let piece = 0; piece < after.count; piece++) {
						if (piece >= first && piece < endNow) continue;
						expect(after.facts(piece)).toBe(before.facts(piece < first ? piece : piece - endNow + endThen));
						same++;
					}
					before = after;
				}
			}),
			{ numRuns: 100, seed: 29 },
		);
		expect(same).toBeGreaterThan(1000);
	});

	it("are found by the name of a function wherever annotations stand", () => {
		const heads = [
			"int f(int a)",
			"static ssize_t *f(int a)",
			"int f __init (int a)",
			"int f __attribute__((cold)) (int a)",
			"int (f __init)(int a)",
			"void f noinline (int a)",
			"int (*f(int a))(int)",
			"int f(a) int a;",
			"SYSCALL_DEFINE1(f, int, a)",
			"DEFINE_SOME(f, a[3])",
			"int f\n#ifdef A\n(int a)\n#else\n(int b)\n#endif",
		];
		for (const head of heads) expect([head, ...readPieces(`${head}\n{\n\tg(1);\n}\n`).find("defined", "f")]).toEqual([head, 0]);
		for (const head of heads) expect([head, ...readPieces(`${head}\n{\n\tg(1);\n}\n`).find("defined", "ssize_t")]).toEqual([head]);
	});

	it("are said to differ one by one, wherever they stand", () => {
		const functions = ["a", "b", "c", "d", "e"].map((name) => `int ${name}(void)\n{\n\treturn 1;\n}\n`);
		const before = readPieces(functions.join("\n"));
		const differing = (texts: readonly (string | undefined)[]): readonly (readonly number[])[] => {
			const { then, now } = readPieces(texts.join("\n"), before).newSince?.(before) ?? {};
			return [[...(then ?? [])], [...(now ?? [])]];
		};
		const [a, b, c, d, e] = functions;
		expect(differing([a, b?.replace("1", "2"), c, d?.replace("1", "2"), e])).toEqual([
			[1, 3],
			[1, 3],
		]);
		expect(differing([a, c, d, "int f(void)\n{\n\treturn 1;\n}\n", e])).toEqual([[1], [3]]);
		/* in another order the same functions are another answer */
		expect(differing([a, d, b, c, e])).toEqual([
			[1, 2],
			[2, 3],
		]);
	});

	it("are read again only where the text is another", () => {
		const before =
			"int before;\n\n/* first */\nint f(int a)\n{\n\treturn a;\n}\n\nstruct late { int x; };\n#define LATE 1\nint g(void)\n{\n\treturn f(1);\n}\n";
		const pieces = readPieces(before);
		wholeFacts(pieces);
		const after = readPieces(before.replace("return a;", "a++;\n\treturn a;"), pieces);
		const same = (piece: number): boolean => after.facts(piece).functions[0]?.body === pieces.facts(piece).functions[0]?.body;
		expect(Array.from({ length: pieces.count }, (_, piece) => same(piece))).toEqual([true, false, true, true, true]);
		expect(after).toBeInstanceOf(TextPieces);
	});
});

describe("a text that was forgotten", () => {
	const text = "static int a(void)\n{\n\treturn 1;\n}\nstatic int b(void)\n{\n\treturn a();\n}\n";
	const factsIn = (pieces: Pieces): readonly FileFacts[] => Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece));

	it("is read again when somebody asks for more of it, and once", () => {
		let times = 0;
		const pieces = readPieces(text, undefined, () => {
			times++;
			return text;
		});
		pieces.facts(0);
		expect(times).toBe(0);
		pieces.forgetText?.();
		expect(factsIn(pieces)).toEqual(factsIn(readPieces(text)));
		expect(times).toBe(1);
	});

	it("is none where nobody can read it again", () => {
		const pieces = readPieces(text);
		pieces.forgetText?.();
		expect(factsIn(pieces)).toEqual(factsIn(readPieces(text)));
	});

	it("costs no more than what was known of it where it is another one by then", () => {
		const pieces = readPieces(text, undefined, () => "");
		pieces.forgetText?.();
		const edited = text.replace("1", "2");
		const bodiesIn = (own: Pieces): unknown => factsIn(own).flatMap(({ functions }) => functions.map(({ name, body }) => ({ name, body })));
		expect(bodiesIn(readPieces(edited, pieces))).toEqual(bodiesIn(readPieces(edited)));
	});
});

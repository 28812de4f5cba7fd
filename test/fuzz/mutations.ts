/** Random damage to a text, as bytes: what a bad disk, a merge gone wrong or a half-typed edit leaves. */

import fc from "fast-check";

/** One change; numbers are shares of what there is, so that they mean something in any text. */
export interface Mutation {
	readonly kind: "flip" | "delete" | "duplicate" | "swap" | "truncate" | "insert" | "splice";
	readonly at: number;
	readonly to: number;
	readonly size: number;
	readonly piece: string;
}

/** What is put in: the places where languages are taken apart. */
const PIECES = [
	..."{}()[];,:*&#\"'\\=<>?!.-+/%^~|\0\r\n\t\v\f é".split(""),
	"/*",
	"*/",
	"//",
	"\\\n",
	"->",
	"...",
	"##",
	"\n#if X\n",
	"\n#else\n",
	"\n#elif Y\n",
	"\n#endif\n",
	"\n#define mm(mm) mm(mm)\n",
	"\n#define current->mm\n",
	'\n#include "/etc/passwd"\n',
	"\n#undef mmget\n",
	"\u2028",
	"\ufeff",
	"𝒳",
	"kthread_use_mm(",
	"kthread_use_mm(kthread_use_mm(mm));",
	"mmput(mm)",
	"mmget_not_zero(mm) &&",
	"mmgrab(current->mm);",
	"current->mm",
	"goto out; out:",
	"switch (mm) { case 0 ... 9:",
	"return ",
	"for (;;) ",
	"do { } while (0)",
	"({ ",
	"__attribute__((cleanup(mmput)))",
	"asm volatile goto(",
	"typeof(mm) ",
	"_Generic(mm, default: mm)",
	"struct mm_struct { struct mm_struct *mm; };",
	"typedef struct mm_struct *mm_t;",
	"/* mm lifetime: because */",
	"/* mm-lifetime: ignore */",
	"(".repeat(50),
	"}".repeat(50),
];

const SCALE = 1 << 20;
const place = fc.nat(SCALE - 1);

/** A handful of mutations. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
	fc.record({
		kind: fc.constantFrom("flip", "delete", "duplicate", "swap", "insert", "insert", "splice", "truncate"),
		at: place,
		to: place,
		size: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 400 })),
		piece: fc.constantFrom(...PIECES),
	}),
	{ minLength: 1, maxLength: 8 },
);

/** Damages bytes. @param other a text that pieces are taken from */
export function mutate(text: Uint8Array, list: readonly Mutation[], other: Uint8Array): Buffer {
	return list.reduce<Buffer>((bytes, mutation) => mutateOnce(bytes, mutation, other), Buffer.from(text));
}

function mutateOnce(bytes: Buffer, { kind, at, to, size, piece }: Mutation, other: Uint8Array): Buffer {
	const start = scaled(at, bytes.length);
	const end = Math.min(bytes.length, start + size);
	const target = scaled(to, bytes.length);
	switch (kind) {
		case "flip": {
			const copy = Buffer.from(bytes);
			if (start < copy.length) copy[start] = (copy[start] ?? 0) ^ (1 << (size % 8));
			return copy;
		}
		case "delete":
			return replaced(bytes, start, end, "");
		case "duplicate":
			return replaced(bytes, target, target, bytes.subarray(start, end));
		case "swap":
			return swapTokens(bytes, at, to);
		case "truncate":
			/* now and then: all that comes later would have nothing to damage */
			return size % 4 === 0 ? bytes.subarray(0, start) : bytes.subarray(Math.min(bytes.length, size));
		case "insert":
			return replaced(bytes, start, start, piece);
		case "splice": {
			const from = scaled(to, other.length);
			return replaced(bytes, start, end, other.subarray(from, from + size));
		}
	}
}

function swapTokens(bytes: Buffer, at: number, to: number): Buffer {
	const tokens = [...bytes.toString("latin1").matchAll(/\w+|[^\s\w]/g)];
	const [a, b] = [tokens[scaled(at, tokens.length)], tokens[scaled(to, tokens.length)]].sort((x, y) => (x?.index ?? 0) - (y?.index ?? 0));
	if (a === undefined || b === undefined || a === b) return bytes;
	const second = replaced(bytes, b.index, b.index + b[0].length, Buffer.from(a[0], "latin1"));
	return replaced(second, a.index, a.index + a[0].length, Buffer.from(b[0], "latin1"));
}

function replaced(bytes: Buffer, start: number, end: number, text: string | Uint8Array): Buffer {
	return Buffer.concat([bytes.subarray(0, start), Buffer.from(text as Uint8Array), bytes.subarray(end)]);
}

function scaled(part: number, length: number): number {
	return Math.floor((part / SCALE) * length);
}

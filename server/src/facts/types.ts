/**
 * The facts of one C file: symbols that depend on nothing but its text.
 *
 * Names are not resolved and macros are not expanded here (that is `program/`). Every position inside a function or a macro is
 * an offset relative to that function or macro, so that its facts stay the same when lines above it move.
 * All offsets count UTF-16 code units.
 */

/** A type as it is written: what it names and how many `*` and `[]` stand around it. */
export interface TypeRef {
	readonly kind: "struct" | "union" | "enum" | "name" | "function" | "unknown";
	/** Tag, typedef name or basic type. An anonymous struct has the tag that {@link StructFacts.tag} gives it. */
	readonly name: string;
	/** Number of pointer and array levels. */
	readonly stars: number;
	/** For `kind: "function"` (function pointers): parameter types in order. */
	readonly params?: readonly Parameter[];
	/** For `kind: "function"`: what it returns. */
	readonly returns?: TypeRef;
}

export interface Parameter {
	readonly name: string;
	readonly type: TypeRef;
}

/** An expression. `at` is the offset of its first character, relative to the enclosing function or macro body. */
export type Expr =
	/** `NULL`, `true` and `false` are names. In a macro body `a ## b` is the one name `a##b`, `#x` the literal `#x`. */
	| { readonly e: "name"; readonly name: string; readonly at: number }
	| { readonly e: "field"; readonly base: Expr; readonly field: string; readonly arrow: boolean; readonly at: number }
	| { readonly e: "index"; readonly base: Expr; readonly index: Expr; readonly at: number }
	/** Also `sizeof`, `_Alignof` and `offsetof`, as calls of that name. A macro loop's or block macro's head is one as well. */
	| { readonly e: "call"; readonly callee: Expr; readonly args: readonly Expr[]; readonly at: number; readonly end: number }
	/** `!` `-` `~` `+` `&` `*`. */
	| { readonly e: "unary"; readonly op: string; readonly arg: Expr; readonly at: number }
	/** All binary operators, `&&` `||` and `,` included. */
	| { readonly e: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr; readonly at: number }
	/** `=` and the compound assignments; `++` and `--` are `+=` and `-=` with the literal 1. */
	| { readonly e: "assign"; readonly op: string; readonly left: Expr; readonly right: Expr; readonly at: number }
	/** `test ? then : else`; without `then` for the GNU form `test ?: else`. */
	| { readonly e: "conditional"; readonly test: Expr; readonly then?: Expr; readonly else: Expr; readonly at: number }
	| { readonly e: "cast"; readonly type: TypeRef; readonly arg: Expr; readonly at: number }
	/** A type where an expression could stand: `sizeof(struct T)`, the second argument of `container_of`. */
	| { readonly e: "type"; readonly type: TypeRef; readonly at: number }
	/** Number, string or character; `text` is as written. */
	| { readonly e: "literal"; readonly text: string; readonly at: number }
	/** `{ .a = x, [3] = y, z }`; `path` is the designator (`a`, `a.b`, `[3]`), absent without one. */
	| { readonly e: "initializer"; readonly entries: readonly InitializerEntry[]; readonly type?: TypeRef; readonly at: number }
	/** GNU statement expression `({ … })`. `macro` is set by program/ where the block is the expansion of a macro. */
	| { readonly e: "block"; readonly body: readonly Stmt[]; readonly at: number; readonly macro?: MacroOrigin }
	/** Anything else (asm, error nodes); `names` are the identifiers in it. */
	| { readonly e: "opaque"; readonly names: readonly string[]; readonly at: number };

/** The macro that an expansion comes from, and where it is defined (line from 0). */
export interface MacroOrigin {
	readonly name: string;
	readonly file: string;
	readonly line: number;
}

export interface InitializerEntry {
	readonly path?: string;
	readonly value: Expr;
}

/** A statement. Structured control flow is kept; `program/` lowers it to a graph after macros are expanded. */
export type Stmt =
	| { readonly s: "expr"; readonly expr: Expr; readonly at: number }
	| {
			readonly s: "declare";
			readonly name: string;
			readonly type: TypeRef;
			readonly static: boolean;
			/** What is run when it goes out of scope: the name in `__free(name)`. */
			readonly cleanup?: string;
			readonly init?: Expr;
			readonly at: number;
	  }
	/** Also another macro with a block behind it (`scoped_guard(…) { … }`): `test` is its call, and the block may run. */
	| { readonly s: "if"; readonly test: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[]; readonly at: number }
	/** `each`: a `for_each…(…)` macro loop: runs its body any number of times, `test` holds its arguments as one call expression. */
	| {
			readonly s: "loop";
			readonly kind: "while" | "do" | "for" | "each";
			readonly init: readonly Stmt[];
			readonly test?: Expr;
			readonly step?: Expr;
			readonly body: readonly Stmt[];
			readonly at: number;
	  }
	/** `case` labels stand inside `body` as `case` statements. */
	| { readonly s: "switch"; readonly value: Expr; readonly body: readonly Stmt[]; readonly at: number }
	| { readonly s: "case"; readonly value?: Expr; readonly at: number }
	| { readonly s: "label"; readonly name: string; readonly at: number }
	| { readonly s: "goto"; readonly label: string; readonly at: number }
	| { readonly s: "break"; readonly at: number }
	| { readonly s: "continue"; readonly at: number }
	| { readonly s: "return"; readonly value?: Expr; readonly at: number }
	| { readonly s: "block"; readonly body: readonly Stmt[]; readonly at: number }
	/**
	 * The arms of an `#if` inside a function: any of them may be compiled. Without `#else` the last arm is empty. `tests`: the condition of
	 * each arm but the last, as written (`!X` for `#ifndef X`); absent when the arms are no preprocessor's.
	 */
	| { readonly s: "arms"; readonly arms: readonly (readonly Stmt[])[]; readonly tests?: readonly string[]; readonly at: number }
	/** Source that was not understood. */
	| { readonly s: "hole"; readonly why: string; readonly at: number };

/** A comment, text without its markers, lines joined by one blank. */
export interface CommentFacts {
	readonly text: string;
	/** Relative to the enclosing function, macro or struct; of its first and past its last character. */
	readonly at: number;
	readonly end: number;
}

export interface FunctionFacts {
	/** `SYSCALL_DEFINEn(x, …)` defines `__do_sys_x`, `COMPAT_SYSCALL_DEFINEn(x, …)` `__do_compat_sys_x`; another defining macro its first argument. */
	readonly name: string;
	readonly static: boolean;
	readonly inline: boolean;
	readonly returns: TypeRef;
	readonly params: readonly Parameter[];
	readonly variadic: boolean;
	/** Offset in the file of the first character of the definition (its return type or attribute). */
	readonly start: number;
	readonly end: number;
	/** Line of `start`, from 0, and offsets (relative to `start`) at which each later line of the function begins. */
	readonly line: number;
	readonly column: number;
	readonly lineStarts: readonly number[];
	/** Offset of the function's name, relative to `start`. */
	readonly nameAt: number;
	readonly body: readonly Stmt[];
	/** Comments inside the function, and first the one that ends right above it (negative offsets). */
	readonly comments: readonly CommentFacts[];
	/** True when the tree of the function holds no ERROR or MISSING node. */
	readonly clean: boolean;
}

export interface FieldFacts {
	readonly name: string;
	readonly type: TypeRef;
	/** Line from 0 and column in UTF-16 units, in the file. */
	readonly line: number;
	readonly column: number;
	/** The comments above and behind the field, a line each, if there are any. */
	readonly comment?: string;
}

export interface StructFacts {
	readonly kind: "struct" | "union";
	/**
	 * The tag; for an anonymous struct that is the type of a field `f` of `T`: `T::f`; for `typedef struct { … } X`: `X`; for the
	 * type of a variable `v`: `::v`.
	 * The fields of an anonymous member without a name are listed in the enclosing struct.
	 */
	readonly tag: string;
	readonly line: number;
	readonly fields: readonly FieldFacts[];
}

export interface TypedefFacts {
	readonly name: string;
	readonly type: TypeRef;
}

export interface MacroFacts {
	readonly name: string;
	/** Parameter names (`...` last when variadic); absent for an object-like macro. */
	readonly params?: readonly string[];
	readonly line: number;
	readonly column: number;
	readonly start: number;
	readonly lineStarts: readonly number[];
	/** The body parsed with its parameters open: an expression, or statements. Absent when it is neither by itself. */
	readonly expr?: Expr;
	readonly body?: readonly Stmt[];
	/** The body as written, continuation lines joined, comments left out; cut at 4,000 characters. */
	readonly text: string;
	/** Comments inside the body. */
	readonly comments?: readonly CommentFacts[];
}

/**
 * A variable at file level with its initializer: op tables are found here. A macro invocation (`DECLARE_WORK(w, f)`,
 * `module_init(f)`) counts as one: named after its first argument when the macro defines or declares it, else after the macro,
 * with a type of kind `unknown` that names the macro, and the call as its `init`.
 */
export interface VariableFacts {
	readonly name: string;
	readonly type: TypeRef;
	readonly static: boolean;
	readonly init?: Expr;
	readonly start: number;
	readonly line: number;
	readonly column: number;
	readonly lineStarts: readonly number[];
}

export interface PrototypeFacts {
	readonly name: string;
	readonly static: boolean;
	readonly returns: TypeRef;
	readonly params: readonly Parameter[];
}

export interface IncludeFacts {
	readonly path: string;
	readonly system: boolean;
}

export interface HoleFacts {
	readonly line: number;
	readonly why: string;
}

export interface FileFacts {
	readonly includes: readonly IncludeFacts[];
	readonly macros: readonly MacroFacts[];
	readonly structs: readonly StructFacts[];
	readonly typedefs: readonly TypedefFacts[];
	readonly prototypes: readonly PrototypeFacts[];
	readonly variables: readonly VariableFacts[];
	readonly functions: readonly FunctionFacts[];
	readonly holes: readonly HoleFacts[];
}

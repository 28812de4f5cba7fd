/** The kernel dialect of C: text in, syntax tree out. The only part that knows the parser. */

export type { Node, Tree, TreeCursor } from "web-tree-sitter";
export { type AlternateText, type NormalisedText, normalise } from "./normalise.ts";
export { type Outline, outline } from "./outline.ts";
export { type Alternate, loadSyntax, type ParsedFile, type ParseFailure, type ParseResult, type Syntax, type WasmBytes } from "./parser.ts";
export { findPieces, type Postings, Role } from "./postings.ts";
export { reoutline } from "./reoutline.ts";
export type { Mark } from "./stream.ts";

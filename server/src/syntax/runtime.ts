/**
 * Starts tree-sitter's WebAssembly module, with room on its stack.
 *
 * The module comes with a stack of 64 KiB that lies between its data and its heap, and nothing checks its end: a recursion that is
 * deep enough writes over the data, and from then on every parse of the process fails. With STACK_BYTES the engine's own stack is
 * at its end first: that is a RangeError, nothing is written where it should not be, and what called the parser goes on.
 */

import { Parser } from "web-tree-sitter";

/** Room for the deepest recursion that the engine's own stack (about 1 MiB, of which each call takes more) allows. */
const STACK_BYTES = 8 * 1024 * 1024;
/** What an address on the stack is a multiple of, by the convention of C for WebAssembly. */
const ALIGNMENT = 16;

export interface Runtime {
	/** Takes back the stack of calls that ended with an exception: without this each of them makes it smaller. */
	unwind(): void;
}

/** There is one module in a process, whoever loads it: so does web-tree-sitter keep it. */
let starting: Promise<Runtime> | undefined;

/**
 * Starts the module; when it runs already, that one is given.
 * @param bytes web-tree-sitter.wasm
 * @throws WebAssembly.CompileError when the bytes are no module; the next call may try others
 */
export function startRuntime(bytes: Uint8Array): Promise<Runtime> {
	starting ??= start(bytes).catch((error: unknown) => {
		starting = undefined;
		throw error;
	});
	return starting;
}

async function start(bytes: Uint8Array): Promise<Runtime> {
	const module = await WebAssembly.compile(bytes);
	let pointer: WebAssembly.Global | undefined;
	let allocate: ((bytes: number) => number) | undefined;
	await Parser.init({
		instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) {
			const instance = new WebAssembly.Instance(module, imports);
			// The grammar is linked with the same pointer: it has no stack of its own.
			pointer = imports["env"]?.["__stack_pointer"] as WebAssembly.Global;
			allocate = instance.exports["malloc"] as (bytes: number) => number;
			receive(instance, module);
		},
	});
	if (pointer === undefined || allocate === undefined) throw new Error("tree-sitter's module was started by somebody else");
	const stack = pointer;
	const top = allocate(STACK_BYTES) + STACK_BYTES;
	const unwind = () => {
		stack.value = top - (top % ALIGNMENT);
	};
	unwind();
	return { unwind };
}

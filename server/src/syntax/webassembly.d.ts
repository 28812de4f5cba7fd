/** Of WebAssembly what `runtime.ts` uses; TypeScript has it only together with all that browsers have. */

declare namespace WebAssembly {
	class Module {
		private readonly module;
	}
	class Instance {
		constructor(module: Module, imports: Imports);
		readonly exports: Readonly<Record<string, unknown>>;
	}
	class Global {
		value: number;
	}
	type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	function compile(bytes: Uint8Array): Promise<Module>;
}

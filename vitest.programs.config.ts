import { defineConfig } from "vitest/config";

/** Tests of the built programs: the command line, and the language server over its transports. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/cli/**/*.test.ts", "test/lsp/**/*.test.ts"],
		testTimeout: 30_000,
		maxWorkers: "100%",
	},
});

import { defineConfig } from "vitest/config";

/** What runs inside one process; the built programs, whole kernels, the package and editors have suites of their own. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/**/*.test.ts"],
		exclude: [
			"test/fuzz/**",
			"test/kernel/**",
			"test/cli/**",
			"test/lsp/**",
			"test/corpus/**",
			"test/package/**",
			"test/editors/**",
			"test/kbuild/**",
		],
		testTimeout: 30_000,
		maxWorkers: "100%",
	},
});

import { defineConfig } from "vitest/config";

/** Tests that read whole kernels: one file at a time, since each takes all the memory and time it can get. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/corpus/**/*.test.ts"],
		testTimeout: 900_000,
		hookTimeout: 900_000,
		fileParallelism: false,
	},
});

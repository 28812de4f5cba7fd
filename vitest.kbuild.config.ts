import { defineConfig } from "vitest/config";

/** Tests in which the make of a real kernel calls the built program; the first run compiles. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/kbuild/**/*.test.ts"],
		testTimeout: 1_800_000,
		fileParallelism: false,
	},
});

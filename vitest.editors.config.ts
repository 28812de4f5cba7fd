import { defineConfig } from "vitest/config";

/** Tests in real editors: one at a time, since each waits for answers within seconds. */
export default defineConfig({
	test: { include: ["test/editors/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false },
});

import { defineConfig } from "vitest/config";

/** Tests that ask real kernels in virtual machines. */
export default defineConfig({ test: { include: ["test/kernel/**/*.test.ts"], testTimeout: 60_000 } });

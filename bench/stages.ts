/**
 * One check of a Linux tree in this process, without a cache and with one thread, under a sampling profiler: seconds of each stage, as JSON.
 * Started by the whole-program bench.
 */

import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { checkPaths } from "../server/src/workspace/check.ts";
import { loadEngine } from "../server/src/workspace/load-engine.ts";
import { modulesByLine, secondsByStage } from "./profile.ts";

const root = process.argv[2] ?? ".";
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.start");
await checkPaths({ paths: [root], cwd: process.cwd(), fixes: ["safe", "choice"] }, await loadEngine());
const { profile } = await session.post("Profiler.stop");
const modules = modulesByLine(readFileSync(fileURLToPath(import.meta.url), "utf8"));
process.stdout.write(JSON.stringify([...secondsByStage(profile, modules, import.meta.url)]));

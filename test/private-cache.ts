/** Lets nothing that the tests start see the cache of whoever runs them, or leave anything in it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setUp(): () => void {
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-cache-"));
	process.env["XDG_CACHE_HOME"] = folder;
	return () => rmSync(folder, { recursive: true, force: true });
}

/** Asynchronous requests: exit_aio waits for those of libaio, and for no others. */

import { at, describe } from "./row.ts";
import type { KernelFunction } from "./types.ts";

export const REQUESTS: readonly KernelFunction[] = [
	describe(
		"kiocb_set_cancel_fn",
		"Makes a libaio request cancellable, so that exit_aio cancels and waits for it; other requests are left alone.",
		[{ act: "kiocb-cancellable", kiocb: 0, aioOnly: true }],
		at("fs/aio.c", 602, "if (!(iocb->ki_flags & IOCB_AIO_RW))"),
		{
			needs: "a kiocb that is not complete",
			versions: [{ since: "6.8" }, { since: "4.19.309", branch: "4.19" }, { since: "6.1.80", branch: "6.1" }],
			evidence: { file: "fs/aio.c", pattern: /kiocb_set_cancel_fn\(struct kiocb \*\w+[^}]*IOCB_AIO_RW/ },
		},
	),
	describe(
		"kiocb_set_cancel_fn",
		"Makes a libaio request cancellable, so that exit_aio cancels and waits for it; on any other request it writes past the kiocb.",
		[{ act: "kiocb-cancellable", kiocb: 0 }],
		at("fs/aio.c", 0, "fs/aio: Restrict kiocb_set_cancel_fn() to I/O submitted via libaio", "6.8"),
		{
			needs: "a kiocb of libaio that is not complete",
			versions: [
				{ since: "3.6", until: "6.8" },
				{ until: "4.19.309", branch: "4.19" },
				{ until: "6.1.80", branch: "6.1" },
			],
			evidence: { file: "fs/aio.c", pattern: /kiocb_set_cancel_fn\(struct kiocb \*\w+(?![^}]*IOCB_AIO_RW)/ },
		},
	),
	describe(
		"kiocb.ki_complete",
		"Completes an asynchronous request: (iocb, ret). exit_aio does not wait for it any more.",
		[{ act: "kiocb-complete", kiocb: 0 }],
		at("include/linux/fs.h", 352, "void (*ki_complete)(struct kiocb *iocb, long ret);"),
		{
			needs: "an asynchronous request, once",
			field: { struct: "kiocb", field: "ki_complete" },
			versions: [{ since: "5.16" }],
			evidence: { file: "include/linux/fs.h", pattern: /\(\*ki_complete\)\(struct kiocb \*iocb, long ret\)/ },
		},
	),
	describe(
		"kiocb.ki_complete",
		"Completes an asynchronous request: (iocb, ret, ret2). exit_aio does not wait for it any more.",
		[{ act: "kiocb-complete", kiocb: 0 }],
		at("include/linux/fs.h", 0, "fs: get rid of the res2 iocb->ki_complete argument", "5.16"),
		{
			needs: "an asynchronous request, once",
			field: { struct: "kiocb", field: "ki_complete" },
			versions: [{ since: "4.1", until: "5.16" }],
			evidence: { file: "include/linux/fs.h", pattern: /\(\*ki_complete\)\(struct kiocb \*iocb, long ret, long ret2\)/ },
		},
	),
	describe(
		"aio_complete",
		"Completes a libaio request; from 4.1 static in fs/aio.c, where drivers reach it as kiocb.ki_complete.",
		[{ act: "kiocb-complete", kiocb: 0 }],
		at("fs/aio.c", 1126, "static void aio_complete(struct aio_kiocb *iocb)"),
		{ needs: "an asynchronous request, once" },
	),
	describe(
		"is_sync_kiocb",
		"True for a request whose submitter waits for it in its own context.",
		[{ act: "kiocb-is-sync", kiocb: 0 }],
		at("include/linux/fs.h", 359, "static inline bool is_sync_kiocb(struct kiocb *kiocb)"),
		{ context: "any" },
	),
	describe(
		"init_sync_kiocb",
		"Makes a request whose submitter waits for it.",
		[],
		at("include/linux/fs.h", 2418, "static inline void init_sync_kiocb(struct kiocb *kiocb, struct file *filp)"),
	),
];

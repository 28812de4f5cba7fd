/** Put in by the build (esbuild.mjs), from package.json. */
declare const MM_LIFETIME_VERSION: string | undefined;

/** The version of this program; `0.0.0` when it runs from source. */
export const VERSION: string = typeof MM_LIFETIME_VERSION === "string" ? MM_LIFETIME_VERSION : "0.0.0";

/** Encodes a path for a URL, part by part; a lone surrogate, which no URL can hold, becomes the replacement character. */
export function encodePath(path: string): string {
	return path
		.replace(/\p{Cs}/gu, "\ufffd")
		.split("/")
		.map(encodeURIComponent)
		.join("/");
}

/** Puts a drawing into a URL. What is beyond ASCII becomes a reference, which XML reads as the same. */
export function toDataUrl(svg: string): string {
	return `data:image/svg+xml;base64,${btoa(svg.replace(/[^\0-\x7f]/gu, (found) => `&#${found.codePointAt(0)};`))}`;
}

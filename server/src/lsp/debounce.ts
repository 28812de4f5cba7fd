/**
 * Makes a function that runs `action` once things have been quiet for a while, however often it was called before; but at the latest after
 * ten times that, so that what never comes to rest is served too.
 * @param quiet in milliseconds
 */
export function debounce(action: () => void, quiet: number): { (): void; cancel(): void } {
	let timer: NodeJS.Timeout | undefined;
	let first = 0;
	const cancel = (): void => {
		clearTimeout(timer);
		timer = undefined;
	};
	const call = (): void => {
		const now = performance.now();
		if (timer === undefined) first = now;
		clearTimeout(timer);
		timer = setTimeout(
			() => {
				timer = undefined;
				action();
			},
			Math.max(0, Math.min(quiet, first + 10 * quiet - now)),
		);
	};
	return Object.assign(call, { cancel });
}

/** What the page of a report does by itself: filter what is listed, and choose where the links to lines lead. Without it all is listed. */

export const PAGE_SCRIPT = `"use strict";
(() => {
	const form = document.getElementById("filter");
	const search = document.getElementById("search");
	const links = document.getElementById("links");
	const shown = document.getElementById("shown");
	const entries = [...document.querySelectorAll("details.use")];
	const filter = () => {
		const wanted = new Set([...form.querySelectorAll("input[name=verdict]:checked")].map((box) => box.value));
		const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
		for (const entry of entries) {
			const text = entry.dataset.text;
			entry.hidden = !wanted.has(entry.dataset.verdict) || !words.every((word) => text.includes(word));
		}
		shown.textContent = entries.filter((entry) => !entry.hidden).length + " of " + entries.length + " shown";
	};
	const lead = () => {
		const template = links.selectedOptions[0].dataset.template;
		for (const link of document.querySelectorAll("a[data-file]")) {
			const { file, line } = link.dataset;
			link.href = template.replace("{file}", () => file).replace("{line}", () => line);
		}
	};
	form.hidden = false;
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("input", filter);
	links.addEventListener("change", lead);
	document.getElementById("open").addEventListener("click", () => entries.forEach((entry) => { entry.open = !entry.hidden || entry.open; }));
	document.getElementById("close").addEventListener("click", () => entries.forEach((entry) => { entry.open = false; }));
	document.addEventListener("keydown", (event) => {
		if (event.key !== "/" || event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		search.focus();
	});
	if (links.selectedOptions.length > 0) lead();
	filter();
})();
`;

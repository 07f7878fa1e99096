// Runs before the first paint, so that a chosen theme does not flash. The choice stays in this browser.
// A classic script, not a module: modules run only after the page was painted once.
try {
  const chosen = localStorage.getItem("volery-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing shows what the system prefers.
}

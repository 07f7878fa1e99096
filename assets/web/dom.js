// @ts-check
// Small hands for the page: elements are made once and touched only where something changed.
// Text goes in as text: there is no way here to make markup of it.

/** @param {string} id @returns {any} */
export const at = (id) => document.getElementById(id);

/**
 * @param {string} tag @param {string | null} [kind] class
 * @param {...(Node | string)} children @returns {any}
 */
export function element(tag, kind, ...children) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(...children);
  return made;
}

/** @param {any} node @param {string} text */
export function setText(node, text) {
  if (node.shown === text) return;
  node.shown = text;
  node.textContent = text;
}

/** @param {any} node @param {string} name */
export function setClass(node, name) {
  if (node.classShown === name) return;
  node.classShown = name;
  node.className = name;
}

/** @param {Element} node @param {string} name @param {string | null} value */
export function setAttribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @param {any} node @param {boolean} hidden */
export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** How full a bar is; unknown is empty. @param {any} bar @param {number | undefined} percent @param {string} kind */
export function setBar(bar, percent, kind) {
  const width = `${Math.round(Math.max(0, Math.min(100, percent ?? 0)))}%`;
  const fill = bar.firstChild;
  if (fill.shown !== width) {
    fill.shown = width;
    fill.style.width = width;
  }
  setClass(bar, `bar ${kind}`);
}

export const bar = () => element("span", "bar", element("i"));

/**
 * Makes the children of `parent` those of `items`, in that order; one element per key, kept while its key stays.
 * @template T
 * @param {any} parent @param {T[]} items @param {(item: T) => string} key
 * @param {(item: T) => any} make @param {(node: any, item: T) => void} [paint]
 */
export function reconcile(parent, items, key, make, paint) {
  /** @type {Map<string, any>} */
  const old = parent.byKey ?? new Map();
  const now = new Map(items.map((item) => {
    const name = key(item);
    return [name, old.get(name) ?? make(item)];
  }));
  // Those that leave go first: what follows them then stands where it should and is not moved.
  for (const [name, node] of old) if (!now.has(name)) node.remove();
  parent.byKey = now;
  let place = parent.firstChild;
  for (const item of items) {
    const node = now.get(key(item));
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    paint?.(node, item);
  }
}

// @ts-check
// What the keys do: one table for the hand and for the help. No key commands a vehicle.

import { at, element } from "./dom.js";

/** @typedef {{keys: string[], shown: string, text: string, act: () => void}} Key */

export class Keys {
  /** @param {Key[]} table @param {() => void} back what Esc does when no dialog is open */
  constructor(table, back) {
    this.back = back;
    /** @type {Map<string, () => void>} */
    this.acts = new Map(table.flatMap((key) => key.keys.map((name) => /** @type {[string, () => void]} */ ([name, key.act]))));
    at("help-keys").replaceChildren(...table.map((key) =>
      element("div", null, element("dt", null, element("kbd", null, key.shown)), element("dd", null, key.text))));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || at("help").open) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target instanceof HTMLInputElement && target.type !== "checkbox";
    if (event.key === "Escape") return this.back();
    if (isTyping && event.key !== "ArrowDown" && event.key !== "Enter") return;
    // A button under the focus keeps its own Enter and Space.
    if (target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
    const act = this.acts.get(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }
}

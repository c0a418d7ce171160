// Small words for the DOM, so that the islands read as what they do.

export function one<T extends Element>(selector: string, within: ParentNode = document): T | null {
  return within.querySelector<T>(selector);
}

export function all<T extends Element>(selector: string, within: ParentNode = document): T[] {
  return Array.from(within.querySelectorAll<T>(selector));
}

/** An element with attributes and children; text is always text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: string): SVGElement {
  const sprite = document.documentElement.dataset.sprite ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Says something to everybody: at the edge of the page, and to screen readers. */
export function say(text: string): void {
  const live = one<HTMLElement>("#live");
  if (!live) return;
  live.textContent = text;
  live.hidden = false;
  window.setTimeout(() => {
    live.hidden = true;
    live.textContent = "";
  }, 3500);
}

/** True while a person types, so that single keys must not act. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A whole number with narrow spaces between groups of three, as the pages write it. */
export function digits(count: number): string {
  return count.toLocaleString("en-GB").replaceAll(",", "\u202f");
}

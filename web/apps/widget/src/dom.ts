type Child = Node | string | false | null | undefined;
type Value = string | number | boolean | null | undefined | ((event: never) => unknown);

/**
 * Makes an element. `on…` properties are listeners, `true` is an empty attribute, `false` and null leave it out.
 * Text is always text: nothing here parses HTML that came from people; what reads answers (`robot/rich.ts`) builds them with this.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, ...children);
  return element;
}

export function append(parent: ParentNode, ...children: readonly Child[]): void {
  parent.append(...children.filter((child): child is Node | string => child !== false && child !== null && child !== undefined));
}

/** A button that shows an icon and says what it does. */
export const iconButton = (name: string, label: string, onclick: (event: MouseEvent) => unknown, more = {}): HTMLButtonElement =>
  h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...more }, icon(name));

/** An icon by its name below, or by its own strokes; in the colour of the text round it. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? name);
  svg.append(path);
  return svg;
}

const PATHS: Record<string, string> = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 6h0M12 12h0M12 18h0",
  send: "M12 20V5M6 11l6-6 6 6",
  emoji: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8.5 14.5q3.5 4 7 0M9 9.5h0M15 9.5h0",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L15 7",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM15.5 13a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0",
  voice: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  retry: "M20 11a8 8 0 1 0-2.5 6.5M20 5v6h-6",
  search: "M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM20 20l-4.8-4.8",
  write: "M4 20l1-5L16 4l4 4L9 19z",
  clock: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM12 7v5l3 2",
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4c-9 2-17-6-15-15z",
  mail: "M3 6h18v12H3zM3 7l9 7 9-7",
  place: "M12 21s7-6 7-11a7 7 0 0 0-14 0c0 5 7 11 7 11zM14 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0",
  check: "M5 12l5 5 9-10",
};

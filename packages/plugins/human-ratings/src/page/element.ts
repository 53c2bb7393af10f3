type Attributes = Readonly<Record<string, string | boolean>>;

/** Makes an element. Strings become text nodes and never markup; a `true` attribute is empty, a `false` one left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A button that says what it does and which key does the same. */
export function button(label: string, key: string | null, onPress: () => void): HTMLButtonElement {
  const made = element("button", { type: "button" }, label);
  if (key !== null) {
    made.setAttribute("aria-keyshortcuts", key);
    made.append(" ", element("kbd", { "aria-hidden": "true" }, key));
  }
  made.addEventListener("click", onPress);
  return made;
}

// The bar on top: the article, what is left to check, undo and redo, and the edition.

import { button, dateTime, el, foreign, icon, iconButton } from "./dom.js";

const THEMES = {
  system: ["halves", "light", "Colors: as the system"],
  light: ["sun", "dark", "Colors: light"],
  dark: ["moon", "system", "Colors: dark"],
};

function themeButton() {
  const theme = () => document.documentElement.dataset.theme ?? "system";
  const node = iconButton(
    "halves",
    "",
    () => {
      const next = THEMES[theme()][1];
      if (next === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = next;
      localStorage.setItem("narrate-theme", next);
      show();
    },
    { class: "icon theme" },
  );
  const show = () => {
    const [sign, , label] = THEMES[theme()];
    node.replaceChildren(icon(sign));
    node.setAttribute("aria-label", label);
    node.title = label;
  };
  show();
  return node;
}

const brand = () => el("span", { class: "brand" }, "Narrate");

export function deskBar(actions) {
  return [
    brand(),
    el("span", { class: "grow" }),
    themeButton(),
    iconButton("help", "Keys", () => actions.help(), { class: "icon" }),
  ];
}

export class TopBar {
  constructor(store, actions, hasDesk) {
    this.store = store;
    this.count = el("p", { class: "check-count", role: "status" });
    this.previous = iconButton("up", "Previous quotation to check (Shift D)", () => actions.stepDoubtful(-1));
    this.next = iconButton("down", "Next quotation to check (D)", () => actions.stepDoubtful(1));
    this.review = button("Sign off", () => actions.review(), { class: "review" });
    this.undo = iconButton("undo", "Undo (Z)", () => actions.undo());
    this.redo = iconButton("redo", "Redo (Shift Z)", () => actions.redo());
    this.title = el("h1", { class: "bar-title" });
    this.parts = [
      hasDesk
        ? el(
            "a",
            { class: "icon-link", href: "#", "aria-label": "Back to the desk", title: "Back to the desk" },
            icon("back"),
          )
        : brand(),
      this.title,
      el(
        "div",
        { class: "check", role: "group", "aria-label": "To check" },
        this.previous,
        this.count,
        this.next,
        this.review,
      ),
      el(
        "div",
        { class: "tools", role: "group", "aria-label": "Changes" },
        this.undo,
        this.redo,
        themeButton(),
        iconButton("help", "Keys (?)", () => actions.help()),
      ),
      button("Make edition", () => actions.make(), { class: "primary make" }),
    ];
    this.update();
  }

  update() {
    const { data, toCheck, quotations } = this.store,
      left = toCheck.length;
    this.title.replaceChildren(
      foreign(data.title || data.file, "span", { class: "title" }),
      foreign(data.file, "span", { class: "file soft" }),
    );
    const reviewed = data.reviewed_by ? `Checked by ${data.reviewed_by}, ${dateTime(data.reviewed_at)}` : null;
    const text = left
      ? `${left} of ${quotations.length} to check`
      : (reviewed ?? (quotations.length ? "Nothing to check" : "No quotations"));
    if (this.count.textContent !== text) this.count.replaceChildren(foreign(text));
    this.count.title = text;
    this.count.className = `check-count ${left ? "doubt-text" : "ok-text"}`;
    this.previous.hidden = this.next.hidden = !left;
    this.review.hidden = Boolean(left || reviewed);
    this.undo.disabled = !data.can_undo;
    this.redo.disabled = !data.can_redo;
  }
}

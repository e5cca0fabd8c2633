// The article as it will be heard. One element for each item; a change touches only the items that differ.

import { button, el, foreign, hiddenText, icon } from "./dom.js";

const CHUNK = 12; // paragraphs: few enough to lay out in a frame, many enough that the browser has few to watch

/** The mark of a speaker: the number is the key that assigns it, so the color is never the only sign. */
export function badge(store, name, doubtful = false) {
  const { number } = store.person(name);
  const text = `${number || "N"}${doubtful ? "?" : ""}`;
  return el(
    "span",
    { class: `badge color-${store.person(name).color}${doubtful ? " to-check" : ""}`, "aria-hidden": "true" },
    text,
  );
}

/** A button without a handler of its own: the article hears of all its clicks. Not on the way of Tab: Shift and space listen, too. */
function listenButton(number) {
  const label = `Listen to paragraph ${number + 1}`;
  return el(
    "button",
    { type: "button", class: "icon listen", tabindex: "-1", "aria-label": label, title: label },
    icon("play"),
  );
}

export class Article {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.element = el("article", { class: "article", "aria-label": "The article as it will be heard" });
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.build();
  }

  build() {
    const { items, paragraphs } = this.store.data;
    this.nodes = new Map();
    this.paragraphOf = new Map();
    this.rows = items;
    const parts = document.createDocumentFragment();
    for (let number = 0; number < paragraphs.length; number += CHUNK) parts.append(this.#chunk(number));
    this.element.replaceChildren(parts);
    this.selected = undefined;
  }

  /** Paragraphs that the browser lays out together, when they come near the window. */
  #chunk(start) {
    const { items, paragraphs } = this.store.data,
      some = paragraphs.slice(start, start + CHUNK);
    const chars = some
      .flatMap(([first, last]) => items.slice(first, last))
      .reduce((sum, item) => sum + item.text.length, 0);
    return el(
      "div",
      { class: "chunk", vars: { chars, paragraphs: some.length } },
      some.map(([first, last], n) => this.#paragraph(items.slice(first, last), start + n)),
    );
  }

  #paragraph(items, number) {
    const kind = items[0]?.kind ?? items[0]?.type;
    const text = el(
      kind === "headline" ? "h2" : "p",
      { dir: "auto", lang: this.store.data.language },
      items.flatMap((item) => this.#item(item, number)),
    );
    const gutter = el("div", { class: "gutter" });
    const node = el("div", { class: `paragraph ${kind}`, "data-paragraph": number }, gutter, text);
    this.#fillGutter(gutter, items, number);
    return node;
  }

  #fillGutter(gutter, items, number) {
    const names = [
      ...new Set(items.filter((item) => item.kind === "quotation").map((item) => this.store.speakerOf(item))),
    ];
    const heard = items.some((item) => item.type === "segment");
    gutter.replaceChildren(
      el(
        "span",
        { class: "names", "aria-hidden": "true" },
        names.map((name) => el("span", { class: `who color-${this.store.person(name).color}` }, foreign(name))),
      ),
      ...(heard ? [listenButton(number)] : []),
    );
  }

  #item(item, number) {
    const node = item.type === "skipped" ? this.#skipped(item) : this.#line(item, el("span"));
    if (item.type === "segment") {
      this.nodes.set(item.index, node);
      this.paragraphOf.set(item.index, number);
    }
    return [node, " "]; // the blank after a line is outside its mark
  }

  #skipped(item) {
    return el(
      "span",
      { class: "skipped" },
      hiddenText("Not read: "),
      foreign(item.text.trim(), "del"),
      " ",
      el("span", { class: "reason" }, foreign(item.reason)),
      " ",
      item.can_read &&
        button("Read this", () => this.actions.change({ op: "read_skipped", skipped: item.index }, "It will be read"), {
          class: "small",
        }),
      " ",
    );
  }

  #line(item, node) {
    const isSelected = item.index === this.selected,
      quotation = item.kind === "quotation";
    node.dataset.index = item.index;
    node.className = `line ${item.kind}`;
    node.removeAttribute("role");
    if (isSelected) node.classList.add("selected");
    node.tabIndex = isSelected ? 0 : -1;
    if (!quotation) {
      node.replaceChildren(foreign(item.text.trimEnd()));
      return node;
    }
    const name = this.store.speakerOf(item),
      { doubtful } = item;
    node.setAttribute("role", "button");
    node.classList.add(`color-${this.store.person(name).color}`);
    node.classList.toggle("to-check", doubtful);
    node.replaceChildren(
      badge(this.store, name, doubtful),
      hiddenText(`${name}${doubtful ? ", to check" : ""}: `),
      foreign(item.text.trimEnd()),
    );
    return node;
  }

  /** Show the store's items; build anew only if other items exist than before. */
  update() {
    const { items, paragraphs, speakers } = this.store.data,
      before = this.rows;
    const same =
      items.length === before.length &&
      items.every(
        (item, n) => item.type === before[n].type && item.index === before[n].index && item.text === before[n].text,
      );
    const cast = JSON.stringify(speakers.map(({ name, color }) => [name, color]));
    if (!same) {
      const { selected } = this;
      this.build();
      this.cast = cast;
      if (this.nodes.has(selected)) this.select(selected, { scroll: false });
      return;
    }
    const all = cast !== this.cast,
      touched = new Set();
    items.forEach((item, n) => {
      if (
        item.type !== "segment" ||
        (!all && item === before[n]) ||
        (!all && JSON.stringify(item) === JSON.stringify(before[n]))
      )
        return;
      if (item.kind !== "quotation" && item.kind === before[n].kind) return;
      this.#line(item, this.nodes.get(item.index));
      touched.add(this.paragraphOf.get(item.index));
    });
    for (const number of touched) {
      const [first, last] = paragraphs[number];
      this.#fillGutter(
        this.element.querySelector(`[data-paragraph="${number}"] > .gutter`),
        items.slice(first, last),
        number,
      );
    }
    this.rows = items;
    this.cast = cast;
  }

  /** Mark the line `index`, and put the focus there if `focus`. */
  select(index, { focus = false, scroll = true } = {}) {
    const old = this.nodes.get(this.selected),
      node = this.nodes.get(index);
    if (old) {
      old.classList.remove("selected");
      old.removeAttribute("aria-current");
      old.tabIndex = -1;
    }
    this.selected = node ? index : undefined;
    if (!node) return;
    node.classList.add("selected");
    node.setAttribute("aria-current", "true");
    node.tabIndex = 0;
    if (focus) node.focus({ preventScroll: true });
    if (scroll) this.reveal(node);
  }

  /** Scroll so far that `node` is between the bar and the sheet. Paragraphs that come into sight may change their height, so look again. */
  reveal(node, tries = 3) {
    const box = node.getBoundingClientRect(),
      top = document.getElementById("top").offsetHeight + 24;
    const sheet = document.querySelector(".inspector");
    const covered = sheet && !sheet.hidden && getComputedStyle(sheet).position === "fixed";
    const bottom = (covered ? sheet.getBoundingClientRect().top : innerHeight) - 24;
    if (tries === 0 || (box.top >= top && box.bottom <= bottom)) return;
    const room = Math.max(0, (bottom - top - box.height) / 3);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || Math.abs(box.top) > 2 * innerHeight;
    scrollBy({ top: box.top - top - room, behavior: calm ? "instant" : "smooth" });
    const again = () =>
      this.selected !== undefined && this.nodes.get(this.selected) === node && this.reveal(node, tries - 1);
    if (calm) requestAnimationFrame(() => requestAnimationFrame(again));
    else addEventListener("scrollend", again, { once: true });
  }

  #clicked(event) {
    const line = event.target.closest(".line"),
      paragraph = event.target.closest(".listen")?.closest("[data-paragraph]");
    if (paragraph) return this.actions.listenParagraph(Number(paragraph.dataset.paragraph));
    if (line && (getSelection().isCollapsed || !this.element.contains(getSelection().anchorNode))) {
      this.actions.select(Number(line.dataset.index), { scroll: false, focus: true });
    }
    return undefined;
  }

  /** Return who is heard in `item`. */
  label(item) {
    return item.kind === "quotation" ? this.store.speakerOf(item) : this.store.narrator;
  }
}

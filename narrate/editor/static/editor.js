// The page of `narrate edit`: the desk, or one document. The address after # is the document's id.

import * as api from "./api.js";
import { Article } from "./article.js";
import { deskBar, TopBar } from "./bar.js";
import { Cast, pickVoice } from "./cast.js";
import { deskView } from "./desk.js";
import { button, el, foreign, icon, toast, unseenText } from "./dom.js";
import { Inspector } from "./inspector.js";
import { listenToKeys, openHelp } from "./keys.js";
import { openMake, openReview } from "./make.js";
import { listen, stop } from "./sound.js";
import { Store } from "./store.js";
import { openWord, WordMenu, Words } from "./words.js";

const byId = (id) => document.getElementById(id);
const PANES = [
  ["article", "Article"],
  ["cast", "Cast"],
  ["words", "Names"],
];

/** One document on the page. Its methods are what buttons and keys do. */
class Editor {
  constructor(data, hasDesk) {
    this.store = new Store(data);
    this.bar = new TopBar(this.store, this, hasDesk);
    this.article = new Article(this.store, this);
    this.inspector = new Inspector(this.store, this);
    this.cast = new Cast(this.store, this);
    this.words = new Words(this.store, this);
    this.menu = new WordMenu(this.store, this, this.article.element);
    this.layout = el(
      "div",
      { class: "layout", "data-pane": "article" },
      el(
        "main",
        {},
        el("div", { class: "text", id: "article", tabindex: "-1" }, this.article.element),
        el("div", { class: "side" }, this.inspector.element, this.cast.element, this.words.element),
        this.menu.element,
      ),
      this.#tabs(),
    );
    byId("bar").replaceChildren(...this.bar.parts);
    byId("bar").classList.add("document");
    byId("view").replaceChildren(this.layout);
    this.store.subscribe((before) => this.#changed(before));
    this.store.watch();
    this.forgetKeys = listenToKeys(this);
    this.select((this.store.toCheck[0] ?? this.store.quotations[0])?.index, { scroll: this.store.toCheck.length > 0 });
    this.#banners();
    this.store.findNames();
  }

  close() {
    stop();
    this.store.close();
    this.menu.close();
    this.forgetKeys();
  }

  #tabs() {
    return el(
      "nav",
      { class: "tabs", "aria-label": "Parts of the page" },
      PANES.map(([pane, label]) =>
        button(label, () => this.#showPane(pane), { "aria-pressed": String(pane === "article"), "data-shows": pane }),
      ),
    );
  }

  #showPane(pane) {
    this.layout.dataset.pane = pane;
    for (const tab of this.layout.querySelectorAll(".tabs button"))
      tab.setAttribute("aria-pressed", String(tab.dataset.shows === pane));
  }

  #changed(before) {
    const { data } = this.store;
    this.bar.update();
    this.#banners();
    if (data === before) return;
    this.article.update();
    if (JSON.stringify(data.speakers) !== JSON.stringify(before.speakers) || data.items !== before.items)
      this.cast.update();
    if (data.names_to_check !== before.names_to_check || data.pronunciations !== before.pronunciations)
      this.words.update();
    const item = this.#item();
    if (item !== this.inspector.item) this.inspector.show(item);
    document.title = `${unseenText(data.title)} – Narrate`;
  }

  #banners() {
    const { data, trouble } = this.store;
    const banner = (tone, text, ...acts) =>
      el("div", { class: `banner ${tone}`, role: "alert" }, icon("warning"), el("p", {}, text), ...acts);
    const banners = [
      trouble && banner("danger", trouble),
      data.changed_on_disk &&
        banner(
          "doubt",
          "The file changed on disk while this page was open. Nothing was overwritten.",
          button("Take the file from disk", () => this.change({ op: "reload" }, "Taken from disk")),
        ),
    ].filter(Boolean);
    const key = banners.map((one) => one.textContent).join();
    if (byId("banners").dataset.key !== key) byId("banners").replaceChildren(...banners);
    byId("banners").dataset.key = key;
  }

  #item(index = this.selected) {
    return this.store.data.items.find((item) => item.type === "segment" && item.index === index);
  }

  select(index, { scroll = true, focus = false } = {}) {
    this.selected = index;
    this.inspector.show(this.#item());
    if (focus) this.#showPane("article");
    this.article.select(index, { scroll, focus });
  }

  #stepIn(items, step) {
    if (!items.length) return;
    const here = this.selected ?? -1;
    const next = step > 0 ? items.find((item) => item.index > here) : items.findLast((item) => item.index < here);
    this.select((next ?? (step > 0 ? items[0] : items.at(-1))).index, { focus: true });
  }

  step(by) {
    this.#stepIn(this.store.quotations, by);
  }
  stepLine(by) {
    this.#stepIn(
      this.store.data.items.filter((item) => item.type === "segment"),
      by,
    );
  }
  stepDoubtful(by) {
    if (this.store.toCheck.length) this.#stepIn(this.store.toCheck, by);
    else toast("Every quotation is checked.");
  }

  /** Make a change and say what was done, or why not. Resolves to whether it was made. */
  async change(change, done) {
    const refusal = await this.store.change(change);
    toast(refusal ?? done);
    return refusal === null;
  }

  /** Change the selected quotation; then the focus is on it, so that keys go on from there. */
  async #correct(make, done, fromPanel = false) {
    const item = this.#item();
    if (item?.kind !== "quotation" && !(fromPanel && item))
      return toast("Select a quotation first: j goes to the next one.");
    await this.change(make(item), done);
    return this.article.select(this.selected, { focus: true, scroll: false });
  }

  assign(speaker, everywhere, fromPanel = false) {
    const who = speaker ?? this.store.narrator;
    if (!everywhere)
      return this.#correct(
        (item) => ({ op: "assign", segments: [item.index], speaker }),
        `${who}. z takes it back.`,
        fromPanel,
      );
    return this.#correct(
      (item) => ({ op: "assign_all", from: this.store.speakerOf(item), speaker }),
      `All are now ${who}. z takes it back.`,
    );
  }

  assignNumber(number, everywhere) {
    const speaker = this.store.data.speakers.find((one) => one.number === number);
    if (speaker) return this.assign(speaker.name, everywhere);
    return toast(`The cast has no speaker ${number}.`);
  }

  confirm() {
    return this.#correct((item) => ({ op: "confirm", segments: [item.index] }), "Checked.");
  }
  notSpeech() {
    return this.#correct(
      (item) => ({ op: "not_speech", segments: [item.index] }),
      "Not speech: the narrator reads it. z takes it back.",
    );
  }
  merge(speaker, into) {
    return this.change({ op: "merge", speaker, into }, `${speaker} is now ${into}. z takes it back.`);
  }
  undo() {
    return this.store.data.can_undo ? this.change({ op: "undo" }, "Undone") : toast("There is nothing to undo.");
  }
  redo() {
    return this.store.data.can_redo
      ? this.change({ op: "redo" }, "Done again")
      : toast("There is nothing to do again.");
  }

  listenLine(index) {
    listen(api.soundUrl(this.store.id, { segment: index }), this.article.label(this.#item(index)), `segment ${index}`);
  }

  listenParagraph(number) {
    listen(api.soundUrl(this.store.id, { paragraph: number }), `Paragraph ${number + 1}`, `paragraph ${number}`);
  }

  listenSelected() {
    if (!byId("speaking").hidden) stop();
    else if (this.#item()) this.listenLine(this.selected);
  }

  listenSelectedParagraph() {
    const number = this.article.paragraphOf.get(this.selected);
    if (number !== undefined) this.listenParagraph(number);
  }

  /** Open the dialog for `word`, for what is selected, or for a word of the selected line. */
  pronounce(word = this.menu.selection()) {
    const words = [...new Set(this.#item()?.text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*[\p{L}\p{N}]|\p{L}/gu) ?? [])];
    const isName = (one) => one[0] !== one[0].toLowerCase();
    openWord(this.store, this, word, [...words.filter(isName), ...words.filter((one) => !isName(one))]);
  }

  async saveWord(word, say, where, done) {
    const isSaved = await this.change({ op: "pronounce", word, say, where }, done);
    if (isSaved) this.store.findNames();
    return isSaved;
  }

  chooseVoice() {
    const item = this.#item();
    const speaker = this.store.person(item?.kind === "quotation" ? this.store.speakerOf(item) : this.store.narrator);
    return pickVoice(this.store, this, speaker);
  }

  goTo(part) {
    if (part === "inspector")
      return (
        this.inspector.element.querySelector(".choices button") ?? this.inspector.element.querySelector("button")
      ).focus();
    this.#showPane(part);
    const pane = byId(part);
    pane.scrollIntoView({ block: "nearest" });
    return (pane.querySelector("button") ?? pane).focus();
  }

  escape() {
    stop();
    if (this.menu.element.contains(document.activeElement) || !this.menu.element.hidden)
      this.menu.element.hidden = true;
    const item = this.#item();
    if (item && document.activeElement?.closest(".side")) this.article.select(item.index, { focus: true });
  }

  make() {
    openMake(this.store, this);
  }
  review() {
    openReview(this.store, this);
  }
  help() {
    openHelp();
  }
  async reload() {
    this.store.replace(await api.getDocument(this.store.id));
  }
}

let editor = null;

async function open() {
  editor?.close();
  editor = null;
  const desk = await api.getDesk(),
    asked = location.hash.slice(1);
  const id = desk.mode === "document" ? desk.documents[0].id : asked;
  if (id) {
    editor = new Editor(await api.getDocument(id), desk.mode === "desk");
    document.title = `${unseenText(editor.store.data.title)} – Narrate`;
    return;
  }
  document.title = "Desk – Narrate";
  byId("bar").classList.remove("document");
  byId("bar").replaceChildren(...deskBar({ help: openHelp }));
  byId("banners").replaceChildren();
  byId("view").replaceChildren(deskView(desk));
}

function show() {
  open().catch((error) => {
    byId("view").replaceChildren(
      el(
        "main",
        { class: "desk", id: "article", tabindex: "-1" },
        el("h1", {}, "Narrate"),
        el("p", { class: "note danger", role: "alert" }, icon("warning"), foreign(error.message, "span")),
        el("p", {}, el("a", { href: "#" }, "Back")),
      ),
    );
  });
}

new ResizeObserver(() => document.documentElement.style.setProperty("--top", `${byId("top").offsetHeight}px`)).observe(
  byId("top"),
);
addEventListener("hashchange", show);
document.querySelector(".skip-link").addEventListener("click", (event) => {
  event.preventDefault(); // the address keeps the document's id
  byId("article").focus();
});
show();

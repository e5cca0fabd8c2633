// The selected line: who says it, how sure Narrate is and why, and everything that can be put right.

import { badge } from "./article.js";
import { button, el, foreign, icon, iconButton, percent } from "./dom.js";

const NEAR = 9; // speakers offered by name in an article with many of them

const key = (text) => el("kbd", { "aria-hidden": "true" }, text);

const choice = (sign, label, act, properties) =>
  el(
    "button",
    { type: "button", on: { click: act }, ...properties },
    el("span", { class: "badge", "aria-hidden": "true" }, sign),
    label,
  );

export class Inspector {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.element = el("section", { class: "inspector card", "aria-label": "Selected line" });
  }

  show(item) {
    this.item = item;
    this.element.hidden = false;
    this.element.replaceChildren(
      ...(!item ? this.#nothing() : item.kind === "quotation" ? this.#quotation(item) : this.#narration(item)),
    );
  }

  #nothing() {
    this.element.hidden = matchMedia("(max-width: 60rem)").matches;
    return [
      el(
        "p",
        { class: "soft" },
        "Select a quotation to see who says it, and why Narrate thinks so. ",
        key("j"),
        " goes to the next one.",
      ),
    ];
  }

  #head(title, ...marks) {
    return el(
      "div",
      { class: "inspector-head" },
      el("h2", {}, title),
      ...marks,
      iconButton("close", "Close", () => this.actions.select(undefined), { class: "icon close-sheet" }),
    );
  }

  #listenButtons(item) {
    return [
      el(
        "button",
        {
          type: "button",
          class: "with-icon",
          "aria-keyshortcuts": "Space",
          on: { click: () => this.actions.listenLine(item.index) },
        },
        icon("play"),
        "Listen",
        key("space"),
      ),
      el(
        "button",
        {
          type: "button",
          class: "with-icon narrow",
          "aria-label": "Listen to the paragraph",
          on: { click: () => this.actions.listenSelectedParagraph() },
        },
        icon("play"),
        "Paragraph",
      ),
    ];
  }

  #narration(item) {
    const title = item.kind === "narration" ? "Narration" : item.kind[0].toUpperCase() + item.kind.slice(1);
    return [
      this.#head(title),
      el("p", { class: "soft" }, "The narrator reads this line."),
      el(
        "div",
        { class: "row" },
        this.#listenButtons(item),
        button(["Say a word differently", key("w")], () => this.actions.pronounce()),
      ),
      item.kind === "narration" && this.#choices(item, this.store.narrator),
    ].filter(Boolean);
  }

  #quotation(item) {
    const { store } = this,
      name = store.speakerOf(item),
      { doubtful } = item;
    const place = store.place.get(item.index) + 1;
    return [
      this.#head(
        `Quotation ${place} of ${store.quotations.length}`,
        doubtful && el("span", { class: "chip doubt" }, icon("warning"), "To check"),
        item.checked && el("span", { class: "chip ok" }, icon("check"), "Checked"),
      ),
      el("p", { class: `speaker-name color-${store.person(name).color}` }, badge(store, name), foreign(name, "strong")),
      ...this.#why(item, name),
      el(
        "div",
        { class: "row" },
        doubtful &&
          el(
            "button",
            {
              type: "button",
              class: "with-icon primary",
              "aria-keyshortcuts": "y",
              on: { click: () => this.actions.confirm() },
            },
            icon("check"),
            "It is right",
            key("y"),
          ),
        this.#listenButtons(item),
      ),
      this.#choices(item, name),
    ];
  }

  #why(item, name) {
    const sure = item.checked || item.confidence === undefined || item.confidence === null ? null : item.confidence;
    return [
      sure !== null &&
        el(
          "p",
          { class: "confidence" },
          el("span", { class: "meter", "aria-hidden": "true", vars: { share: sure } }),
          el("span", {}, `${percent(sure)} sure`),
        ),
      item.evidence && el("p", { class: "evidence" }, foreign(item.evidence)),
      item.voiced_by &&
        item.voiced_by !== name &&
        el(
          "p",
          { class: "evidence doubt-text" },
          "Read by ",
          foreign(item.voiced_by),
          " until somebody has checked it.",
        ),
    ].filter(Boolean);
  }

  #offered(item, name) {
    const people = this.store.data.speakers.slice(1).map((speaker) => speaker.name);
    if (people.length <= NEAR + 3) return people;
    const { quotations } = this.store,
      near = new Set([name]);
    const next = quotations.findIndex((other) => other.index >= item.index),
      here = next < 0 ? quotations.length - 1 : next;
    for (let step = 0; near.size <= NEAR && step < quotations.length; step += 1) {
      for (const other of [quotations[here - step], quotations[here + step]])
        if (other) near.add(this.store.speakerOf(other));
    }
    return people.filter((person) => near.has(person));
  }

  #choices(item, name) {
    const isQuotation = item.kind === "quotation",
      others = this.store.said(name).length - 1;
    const everywhere = el("input", { type: "checkbox" });
    const assign = (speaker) => this.actions.assign(speaker, everywhere.checked, true);
    const people = this.#offered(item, name).map((speaker) => this.#person(speaker, speaker === name, assign));
    const isNarrators = name === this.store.narrator;
    return el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, "Who says it?"),
      el("div", { class: "choice-list" }, people, isQuotation && this.#notSaid(isNarrators, assign)),
      this.#otherPerson(assign),
      isQuotation &&
        others > 0 &&
        !isNarrators &&
        el(
          "label",
          { class: "check" },
          everywhere,
          el(
            "span",
            {},
            "Change ",
            others === 1 ? "the other quotation" : `all ${others + 1} quotations`,
            " of ",
            foreign(name),
            others === 1 ? " too" : "",
          ),
        ),
    );
  }

  #person(speaker, isPressed, assign) {
    const { number, color } = this.store.person(speaker);
    const properties = {
      class: `choice color-${color}`,
      "aria-pressed": String(isPressed),
      "aria-keyshortcuts": number < 10 ? String(number) : null,
    };
    return choice(number, foreign(speaker), () => assign(speaker), properties);
  }

  /** What a quotation can be if no person of the cast says it. */
  #notSaid(isNarrators, assign) {
    const title = "A title, a term or a single word in quotation marks, which is not what a person said";
    return [
      choice("N", "Narrator reads it", () => assign(null), {
        class: "choice color-0",
        "aria-pressed": String(isNarrators),
        "aria-keyshortcuts": "n",
      }),
      choice("X", "Not speech", () => this.actions.notSpeech(), { class: "choice", "aria-keyshortcuts": "x", title }),
    ];
  }

  #otherPerson(assign) {
    const input = el("input", {
      type: "text",
      list: "all-speakers",
      maxlength: 200,
      autocomplete: "off",
      "aria-label": "Another speaker",
      placeholder: "Someone else…",
    });
    const names = this.store.data.speakers.slice(1).map((speaker) => el("option", { value: speaker.name }));
    const submit = (event) => {
      event.preventDefault();
      if (input.value.trim()) assign(input.value.trim());
    };
    return el(
      "form",
      { class: "inline-form", on: { submit } },
      input,
      el("datalist", { id: "all-speakers" }, names),
      el("button", { type: "submit" }, "Assign"),
    );
  }
}

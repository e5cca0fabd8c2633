// The cast: each speaker with voice, quotations, seconds and confidence; rename, gender, merge, split, voice.

import { getVoices, soundUrl } from "./api.js";
import { badge } from "./article.js";
import { button, counted, duration, el, foreign, icon, openDialog, percent, toast } from "./dom.js";
import { listen } from "./sound.js";

const GENDERS = [
  ["female", "woman"],
  ["male", "man"],
  ["unknown", "not known"],
];
const VOICE_GENDERS = { female: "woman", male: "man", unknown: "neutral" };

export class Cast {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.open = null;
    this.list = el("ol", { class: "cast-list" });
    this.element = el(
      "section",
      { class: "cast", id: "cast", tabindex: "-1", "aria-labelledby": "cast-title" },
      el("h2", { id: "cast-title" }, "Cast"),
      this.list,
    );
    this.update();
  }

  update() {
    const speakers = this.store.data.speakers,
      held = this.list.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const most = Math.max(1, ...speakers.slice(1).map((speaker) => speaker.seconds ?? 0));
    this.list.replaceChildren(...speakers.map((speaker) => this.#row(speaker, most)));
    if (held) this.list.querySelector(`[data-part="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  #row(speaker, most) {
    const isOpen = this.open === speaker.name;
    return el(
      "li",
      { class: `cast-row color-${speaker.color}${isOpen ? " open" : ""}` },
      el(
        "div",
        { class: "cast-line" },
        this.#name(speaker, isOpen),
        el(
          "button",
          {
            type: "button",
            class: "voice",
            title: "Choose another voice",
            "data-part": `voice ${speaker.name}`,
            on: { click: () => pickVoice(this.store, this.actions, speaker) },
          },
          el("span", { class: "visually-hidden" }, "Voice: "),
          foreign(speaker.voice ?? "no voice"),
        ),
      ),
      this.#facts(speaker),
      el("span", {
        class: "share",
        "aria-hidden": "true",
        vars: { share: Math.min(1, (speaker.seconds ?? 0) / most) },
      }),
      isOpen && this.#details(speaker),
    );
  }

  #name(speaker, isOpen) {
    const toggle = () => {
      this.open = isOpen ? null : speaker.name;
      this.update();
    };
    return el(
      "button",
      {
        type: "button",
        class: "cast-name",
        "aria-expanded": String(isOpen),
        "data-part": `name ${speaker.name}`,
        on: { click: toggle },
      },
      badge(this.store, speaker.name),
      el(
        "span",
        {},
        foreign(speaker.name, "span", { class: "name" }),
        speaker.described_as && foreign(speaker.described_as, "span", { class: "described" }),
      ),
      icon("down"),
    );
  }

  #facts(speaker) {
    const parts = [
      speaker.number ? counted(speaker.quotations, "quotation") : null,
      speaker.seconds ? duration(speaker.seconds) : null,
    ];
    const facts = parts.filter(Boolean).join(" · "),
      sure = speaker.confidence;
    const isDoubtful = typeof sure === "number" && sure < this.store.data.min_confidence;
    return el(
      "p",
      { class: "facts" },
      facts,
      typeof sure === "number" && [
        facts && " · ",
        el(
          "span",
          { class: isDoubtful ? "doubt-text" : null },
          `${speaker.quotations > 1 ? "at least " : ""}${percent(sure)} sure`,
        ),
      ],
    );
  }

  #details(speaker) {
    if (speaker.number === 0)
      return el(
        "div",
        { class: "details" },
        el("p", { class: "soft" }, "The narrator reads everything that is not in quotation marks."),
      );
    const said = this.store.said(speaker.name);
    return el(
      "div",
      { class: "details" },
      this.#rename(speaker),
      this.#gender(speaker),
      this.#merge(speaker),
      el(
        "div",
        { class: "row" },
        said.length > 0 && button("First quotation", () => this.actions.select(said[0].index, { focus: true })),
        said.length > 1 && button("Split…", () => splitSpeaker(this.actions, speaker, said)),
      ),
    );
  }

  #rename(speaker) {
    const name = el("input", { type: "text", value: speaker.name, maxlength: 200, autocomplete: "off", id: "rename" });
    const submit = (event) => {
      event.preventDefault();
      const wanted = name.value.trim();
      if (!wanted || wanted === speaker.name) return;
      this.open = wanted;
      this.actions.change({ op: "rename", speaker: speaker.name, name: wanted }, `Renamed to ${wanted}`);
    };
    return el(
      "form",
      { class: "field", on: { submit } },
      el("label", { for: "rename" }, "Name"),
      name,
      el("button", { type: "submit" }, "Rename"),
    );
  }

  #gender(speaker) {
    const change = (event) =>
      this.actions.change({ op: "gender", speaker: speaker.name, gender: event.target.value }, "Gender changed");
    const options = GENDERS.map(([value, label]) =>
      el("option", { value, selected: value === (speaker.gender ?? "unknown") }, label),
    );
    return el(
      "div",
      { class: "field" },
      el("label", { for: "gender" }, "Gender"),
      el("select", { id: "gender", "data-part": `gender ${speaker.name}`, on: { change } }, options),
      speaker.gender_evidence && el("span", { class: "soft hint" }, "Evidence: ", foreign(speaker.gender_evidence)),
    );
  }

  #merge(speaker) {
    const others = this.store.data.speakers.slice(1).filter((other) => other.name !== speaker.name);
    const into = el(
      "select",
      { id: "merge" },
      el("option", { value: "" }, "choose…"),
      others.map((other) => el("option", { value: other.name }, other.name)),
    );
    return (
      others.length > 0 &&
      el(
        "div",
        { class: "field" },
        el("label", { for: "merge" }, "Same as"),
        into,
        button("Merge", () => into.value && this.actions.merge(speaker.name, into.value)),
      )
    );
  }
}

/** A dialog in which some quotations of a speaker become those of another person. */
function splitSpeaker(actions, speaker, said) {
  const boxes = said.map((item) => el("input", { type: "checkbox", value: item.index }));
  const name = el("input", { type: "text", id: "split-name", maxlength: 200, autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    const segments = boxes.filter((box) => box.checked).map((box) => Number(box.value));
    if (!segments.length) return toast("Choose the quotations of the other person first.");
    dialog.close();
    return actions.change(
      { op: "split", segments, name: name.value.trim() },
      `${counted(segments.length, "quotation")} of ${name.value.trim()}`,
    );
  };
  const dialog = openDialog(
    "Split a speaker",
    el(
      "form",
      { class: "stack", on: { submit } },
      el(
        "p",
        { class: "soft" },
        "Choose what another person says, and name that person. The rest stays with ",
        foreign(speaker.name),
        ".",
      ),
      el(
        "ul",
        { class: "plain checks" },
        said.map((item, n) =>
          el("li", {}, el("label", { class: "check" }, boxes[n], foreign(item.text.trim(), "span"))),
        ),
      ),
      el(
        "div",
        { class: "field" },
        el("label", { for: "split-name" }, "Other person"),
        name,
        el("button", { type: "submit", class: "primary" }, "Split"),
      ),
    ),
  );
}

/** A dialog with every voice; each can be heard with the speaker's own words. */
export async function pickVoice(store, actions, speaker) {
  const list = el("div", { class: "voices" }, el("p", { class: "soft" }, "Looking for voices…"));
  const dialog = openDialog(
    "Voice",
    [
      el(
        "p",
        { class: "soft" },
        "Hear the words of ",
        foreign(speaker.name),
        " in each voice. Suited voices come first.",
      ),
      list,
    ],
    { wide: true },
  );
  try {
    const voices = await getVoices(store.id, speaker.name);
    const choose = (voice) => {
      dialog.close();
      actions.change(
        { op: "voice", speaker: speaker.name, voice: voice.id },
        `${speaker.name} speaks with ${voice.name}`,
      );
    };
    const groups = [
      ["Suited", voices.filter((voice) => voice.suited)],
      ["Others", voices.filter((voice) => !voice.suited)],
    ];
    list.replaceChildren(
      ...groups
        .filter(([, some]) => some.length)
        .map(([title, some]) =>
          el(
            "section",
            {},
            el("h3", {}, title),
            el(
              "ul",
              { class: "plain" },
              some.map((voice) => voiceRow(store, speaker, voice, choose)),
            ),
          ),
        ),
    );
    list.querySelector("button")?.focus();
  } catch (error) {
    list.replaceChildren(el("p", { role: "alert" }, error.message));
  }
  list.addEventListener("keydown", (event) => moveInRows(event, list));
}

function voiceRow(store, speaker, voice, choose) {
  const isCurrent = voice.id === speaker.voice,
    facts = [VOICE_GENDERS[voice.gender], voice.description || voice.accent].filter(Boolean).join(", ");
  return el(
    "li",
    { class: isCurrent ? "voice-row current" : "voice-row" },
    el(
      "button",
      {
        type: "button",
        class: "icon round",
        "aria-label": `Hear ${voice.name}`,
        "data-column": "hear",
        on: {
          click: () =>
            listen(
              soundUrl(store.id, { speaker: speaker.name, voice: voice.id }),
              `${speaker.name}, voice ${voice.name}`,
              `voice ${voice.id}`,
            ),
        },
      },
      icon("play"),
    ),
    el(
      "div",
      { class: "voice-text" },
      foreign(voice.name, "strong"),
      foreign(facts, "span", { class: "soft" }),
      voice.too_like?.length > 0 &&
        el("span", { class: "chip doubt" }, icon("warning"), "Sounds like ", foreign(voice.too_like.join(", "))),
    ),
    isCurrent
      ? el("span", { class: "chip ok" }, icon("check"), "Now")
      : el(
          "button",
          {
            type: "button",
            "aria-label": `Use ${voice.name}`,
            "data-column": "use",
            on: { click: () => choose(voice) },
          },
          "Use",
        ),
  );
}

/** Arrow up and down go to the same button of the row above or below. */
function moveInRows(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key],
    column = event.target.dataset?.column;
  if (!step || !column) return;
  const all = [...list.querySelectorAll(`[data-column="${column}"]`)],
    next = all[all.indexOf(event.target) + step];
  if (next) next.focus();
  event.preventDefault();
}

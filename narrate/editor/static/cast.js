// The cast: each speaker with voice, quotations, seconds and confidence; rename, gender, merge, split, voice.

import { getVoices, soundUrl } from "./api.js";
import { badge } from "./article.js";
import { button, counted, duration, el, foreign, icon, openDialog, percent, toast } from "./dom.js";
import { listen } from "./sound.js";

const GENDERS = [["female", "woman"], ["male", "man"], ["unknown", "not known"]];
const VOICE_GENDERS = { female: "woman", male: "man", unknown: "neutral" };

export class Cast {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.open = null;
    this.list = el("ol", { class: "cast-list" });
    this.element = el("section", { class: "cast", id: "cast", tabindex: "-1", "aria-labelledby": "cast-title" }, el("h2", { id: "cast-title" }, "Cast"), this.list);
    this.update();
  }

  update() {
    const speakers = this.store.data.speakers, held = this.list.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const most = Math.max(1, ...speakers.slice(1).map((speaker) => speaker.seconds ?? 0));
    this.list.replaceChildren(...speakers.map((speaker) => this.#row(speaker, most)));
    if (held) this.list.querySelector(`[data-part="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  #row(speaker, most) {
    const { store } = this, isNarrator = speaker.number === 0, isOpen = this.open === speaker.name;
    const facts = [isNarrator ? null : counted(speaker.quotations, "quotation"), speaker.seconds ? duration(speaker.seconds) : null].filter(Boolean).join(" · ");
    const isDoubtful = typeof speaker.confidence === "number" && speaker.confidence < store.data.min_confidence;
    return el("li", { class: `cast-row color-${speaker.color}${isOpen ? " open" : ""}` },
      el("div", { class: "cast-line" },
        el("button", { type: "button", class: "cast-name", "aria-expanded": String(isOpen), "data-part": `name ${speaker.name}`, on: { click: () => { this.open = isOpen ? null : speaker.name; this.update(); } } },
          badge(store, speaker.name),
          el("span", {}, foreign(speaker.name, "span", { class: "name" }), speaker.described_as && foreign(speaker.described_as, "span", { class: "described" })), icon("more")),
        el("button", { type: "button", class: "voice", title: "Choose another voice", "data-part": `voice ${speaker.name}`, on: { click: () => pickVoice(this.store, this.actions, speaker) } },
          el("span", { class: "visually-hidden" }, "Voice: "), foreign(speaker.voice ?? "no voice"))),
      el("p", { class: "facts" }, facts,
        typeof speaker.confidence === "number" && [facts && " · ", el("span", { class: isDoubtful ? "doubt-text" : null }, `${speaker.quotations > 1 ? "at least " : ""}${percent(speaker.confidence)} sure`)]),
      el("span", { class: "share", "aria-hidden": "true", vars: { share: Math.min(1, (speaker.seconds ?? 0) / most) } }),
      isOpen && this.#details(speaker, isNarrator));
  }

  #details(speaker, isNarrator) {
    const { actions } = this, others = this.store.data.speakers.slice(1).filter((other) => other.name !== speaker.name);
    const said = this.store.said(speaker.name);
    const name = el("input", { type: "text", value: speaker.name, maxlength: 200, autocomplete: "off", id: "rename" });
    const into = el("select", { id: "merge" }, el("option", { value: "" }, "choose…"), others.map((other) => el("option", { value: other.name }, other.name)));
    const change = (values, done) => actions.change({ speaker: speaker.name, ...values }, done);
    const rename = (event) => {
      event.preventDefault();
      const wanted = name.value.trim();
      if (!wanted || wanted === speaker.name) return;
      this.open = wanted;
      change({ op: "rename", name: wanted }, `Renamed to ${wanted}`);
    };
    if (isNarrator) return el("div", { class: "details" }, el("p", { class: "soft" }, "The narrator reads everything that is not in quotation marks."));
    return el("div", { class: "details" },
      el("form", { class: "field", on: { submit: rename } }, el("label", { for: "rename" }, "Name"), name, el("button", { type: "submit" }, "Rename")),
      el("div", { class: "field" }, el("label", { for: "gender" }, "Gender"),
        el("select", { id: "gender", "data-part": `gender ${speaker.name}`, on: { change: (event) => change({ op: "gender", gender: event.target.value }, "Gender changed") } },
          GENDERS.map(([value, label]) => el("option", { value, selected: value === (speaker.gender ?? "unknown") }, label))),
        speaker.gender_evidence && el("span", { class: "soft hint" }, "Evidence: ", foreign(speaker.gender_evidence))),
      others.length > 0 && el("div", { class: "field" }, el("label", { for: "merge" }, "Same as"), into,
        button("Merge", () => into.value && actions.merge(speaker.name, into.value))),
      el("div", { class: "row" },
        said.length > 0 && button("First quotation", () => actions.select(said[0].index, { focus: true })),
        said.length > 1 && button("Split…", () => splitSpeaker(actions, speaker, said))));
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
    return actions.change({ op: "split", segments, name: name.value.trim() }, `${counted(segments.length, "quotation")} of ${name.value.trim()}`);
  };
  const dialog = openDialog("Split a speaker", el("form", { class: "stack", on: { submit } },
    el("p", { class: "soft" }, "Choose what another person says, and name that person. The rest stays with ", foreign(speaker.name), "."),
    el("ul", { class: "plain checks" }, said.map((item, n) => el("li", {}, el("label", { class: "check" }, boxes[n], foreign(item.text.trim(), "span"))))),
    el("div", { class: "field" }, el("label", { for: "split-name" }, "Other person"), name, el("button", { type: "submit", class: "primary" }, "Split"))));
}

/** A dialog with every voice; each can be heard with the speaker's own words. */
export async function pickVoice(store, actions, speaker) {
  const list = el("div", { class: "voices" }, el("p", { class: "soft" }, "Looking for voices…"));
  const dialog = openDialog("Voice", [el("p", { class: "soft" }, "Hear the words of ", foreign(speaker.name), " in each voice. Suited voices come first."), list], { wide: true });
  try {
    const voices = await getVoices(store.id, speaker.name);
    const choose = (voice) => {
      dialog.close();
      actions.change({ op: "voice", speaker: speaker.name, voice: voice.id }, `${speaker.name} speaks with ${voice.name}`);
    };
    const groups = [["Suited", voices.filter((voice) => voice.suited)], ["Others", voices.filter((voice) => !voice.suited)]];
    list.replaceChildren(...groups.filter(([, some]) => some.length).map(([title, some]) => el("section", {}, el("h3", {}, title),
      el("ul", { class: "plain" }, some.map((voice) => voiceRow(store, speaker, voice, choose))))));
    list.querySelector("button")?.focus();
  } catch (error) {
    list.replaceChildren(el("p", { role: "alert" }, error.message));
  }
  list.addEventListener("keydown", (event) => moveInRows(event, list));
}

function voiceRow(store, speaker, voice, choose) {
  const isCurrent = voice.id === speaker.voice, facts = [VOICE_GENDERS[voice.gender], voice.description || voice.accent].filter(Boolean).join(", ");
  return el("li", { class: isCurrent ? "voice-row current" : "voice-row" },
    el("button", { type: "button", class: "icon round", "aria-label": `Hear ${voice.name}`, "data-column": "hear", on: { click: () => listen(soundUrl(store.id, { speaker: speaker.name, voice: voice.id }), `${speaker.name}, voice ${voice.name}`, `voice ${voice.id}`) } }, icon("play")),
    el("div", { class: "voice-text" }, foreign(voice.name, "strong"), foreign(facts, "span", { class: "soft" }),
      voice.too_like?.length > 0 && el("span", { class: "chip doubt" }, icon("warning"), "Sounds like ", foreign(voice.too_like.join(", ")))),
    isCurrent ? el("span", { class: "chip ok" }, icon("check"), "Now")
      : el("button", { type: "button", "aria-label": `Use ${voice.name}`, "data-column": "use", on: { click: () => choose(voice) } }, "Use"));
}

/** Arrow up and down go to the same button of the row above or below. */
function moveInRows(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], column = event.target.dataset?.column;
  if (!step || !column) return;
  const all = [...list.querySelectorAll(`[data-column="${column}"]`)], next = all[all.indexOf(event.target) + step];
  if (next) next.focus();
  event.preventDefault();
}

// How words are said: names whose sound is guessed, what was written for them, and the dialog that writes it.

import { soundUrl } from "./api.js";
import { button, el, foreign, icon, iconButton, openDialog } from "./dom.js";
import { listen } from "./sound.js";

const MAX_WORD_CHARS = 80;

export class Words {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.element = el("section", { class: "words", id: "words", tabindex: "-1", "aria-labelledby": "words-title" });
    this.update();
  }

  update() {
    const { names_to_check: names, pronunciations } = this.store.data;
    const written = Object.entries(pronunciations),
      open = names.filter((name) => !(name.word in pronunciations));
    this.element.replaceChildren(
      el(
        "div",
        { class: "section-head" },
        el("h2", { id: "words-title" }, "Names and words"),
        button(["Add a word", el("kbd", { "aria-hidden": "true" }, "w")], () => this.actions.pronounce(), {
          class: "small",
        }),
      ),
      open.length
        ? el(
            "p",
            { class: "soft" },
            "The sound of these names is a guess. Listen, and write how they are said where the guess is wrong.",
          )
        : el("p", { class: "soft" }, "Select a word in the article to hear it or to write how it is said."),
      el(
        "ul",
        { class: "plain" },
        open.map((name) => this.#row(name.word, "", name.why)),
      ),
      ...(written.length
        ? [
            el("h3", {}, "Written down"),
            el(
              "ul",
              { class: "plain" },
              written.map(([word, say]) => this.#row(word, say, null)),
            ),
          ]
        : []),
    );
  }

  #row(word, say, why) {
    return el(
      "li",
      { class: "word-row" },
      el(
        "button",
        {
          type: "button",
          class: "icon round",
          "aria-label": `Hear ${word}`,
          on: { click: () => hear(this.store, word, "") },
        },
        icon("play"),
      ),
      el(
        "div",
        {},
        foreign(word, "strong"),
        say && foreign(say, "span", { class: "say" }),
        why && foreign(why, "span", { class: "soft why" }),
      ),
      button("Change", () => this.actions.pronounce(word), {
        class: "small",
        "aria-label": `Change how ${word} is said`,
      }),
    );
  }
}

export const hear = (store, word, say) => listen(soundUrl(store.id, { word, say }), word, `word ${word} ${say}`);

/** Where a pronunciation applies: two radio buttons, `article` and `desk`. */
function scopeField(lexicon) {
  const where = (value, label, checked, disabled) =>
    el(
      "label",
      { class: "check" },
      el("input", { type: "radio", name: "where", value, checked, disabled }),
      el("span", {}, label),
    );
  const desk = lexicon
    ? ["every article of the desk (", foreign(lexicon), ")"]
    : "every article of the desk: not possible, as the configuration names no lexicon";
  return el(
    "fieldset",
    { class: "scope" },
    el("legend", {}, "Say it so in"),
    where("article", "this article", true, false),
    where("desk", desk, false, !lexicon),
  );
}

/** A field with a button that lets its user hear what `sound` returns: a word and how it is said, or null. */
function heardField(store, label, input, listenLabel, sound, ...more) {
  const act = () => {
    const heard = sound();
    if (heard) hear(store, ...heard);
  };
  return el(
    "div",
    { class: "field wide-field" },
    el("label", { for: input.id }, label),
    input,
    ...more,
    el("button", { type: "button", class: "with-icon", on: { click: act } }, icon("play"), listenLabel),
  );
}

/** The dialog for one word. Without a word, one is typed or chosen from `offered`. */
export function openWord(store, actions, word, offered) {
  const written = store.data.pronunciations[word] ?? "",
    common = { type: "text", autocomplete: "off" };
  const field = el("input", {
    ...common,
    id: "word",
    value: word,
    maxlength: MAX_WORD_CHARS,
    list: "offered-words",
    required: true,
    autofocus: !word,
  });
  const say = el("input", {
    ...common,
    id: "say",
    value: written,
    maxlength: MAX_WORD_CHARS * 2,
    autofocus: Boolean(word),
    "aria-describedby": "say-hint",
  });
  const scope = scopeField(store.data.desk_lexicon);
  const typed = (input) => input.value.trim();
  const save = async (value, done) => {
    const where = scope.querySelector(":checked").value;
    if (await actions.saveWord(typed(field), value, where, done)) dialog.close();
  };
  const submit = (event) => {
    event.preventDefault();
    if (typed(say)) save(typed(say), `${typed(field)} is said ${typed(say)}`);
    else say.focus();
  };
  const names = el(
    "datalist",
    { id: "offered-words" },
    offered.map((one) => el("option", { value: one })),
  );
  const dialog = openDialog(
    "How a word is said",
    el(
      "form",
      { class: "stack", on: { submit } },
      heardField(store, "Word", field, "As it is now", () => typed(field) && [typed(field), ""], names),
      heardField(
        store,
        "Say it like",
        say,
        "As written here",
        () => typed(field) && typed(say) && [typed(field), typed(say)],
      ),
      el(
        "p",
        { class: "soft", id: "say-hint" },
        "Write it as an English reader would say it, such as ",
        el("code", {}, "oh-KAH-for"),
        ", or IPA between slashes, such as ",
        el("code", {}, "/əˈkɑːfə/"),
        ".",
      ),
      scope,
      el(
        "div",
        { class: "row end" },
        written && button("Remove", () => save("", "The word is said as before")),
        el("button", { type: "submit", class: "primary" }, "Save"),
      ),
    ),
  );
}

/** Two buttons at a word that was selected in `article`: hear it, and say it differently. */
export class WordMenu {
  constructor(store, actions, article) {
    this.store = store;
    this.actions = actions;
    this.article = article;
    this.element = el("div", { class: "word-menu", role: "group", "aria-label": "Selected word", hidden: true });
    let timer = 0;
    this.onSelection = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.update(), 120);
    };
    document.addEventListener("selectionchange", this.onSelection);
  }

  close() {
    document.removeEventListener("selectionchange", this.onSelection);
  }

  /** The selected words, or an empty text. */
  selection() {
    const selection = getSelection();
    if (
      selection.isCollapsed ||
      !selection.rangeCount ||
      !this.article.contains(selection.anchorNode) ||
      !this.article.contains(selection.focusNode)
    )
      return "";
    const text = selection
      .toString()
      .replace(/\s+/g, " ")
      .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}.]+$/gu, "")
      .trim();
    return text.length <= MAX_WORD_CHARS && text.split(" ").length <= 4 ? text : "";
  }

  update() {
    if (this.element.contains(document.activeElement)) return;
    const word = this.selection();
    this.element.hidden = !word;
    if (!word) return;
    this.element.replaceChildren(
      el(
        "button",
        { type: "button", class: "with-icon", on: { click: () => hear(this.store, word, "") } },
        icon("play"),
        "Hear ",
        foreign(word),
      ),
      button("Say it differently…", () => {
        this.element.hidden = true;
        this.actions.pronounce(word);
      }),
      iconButton("close", "Close", () => {
        this.element.hidden = true;
        getSelection().removeAllRanges();
      }),
    );
    const box = getSelection().getRangeAt(0).getBoundingClientRect(),
      width = this.element.offsetWidth;
    this.element.style.setProperty(
      "left",
      `${Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8) + scrollX}px`,
    );
    this.element.style.setProperty("top", `${box.bottom + scrollY + 8}px`);
  }
}

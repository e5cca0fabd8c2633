// The document on the page and its changes. The server keeps the truth; this is its last known state.

import * as api from "./api.js";

const POLL_MS = 4000,
  SPEAKER_COLORS = 11;

/** A document: `data` is the server's JSON, `by` finds items, and listeners hear `(before, after)` of each change. */
export class Store {
  #listeners = [];
  #numbers = new Map();
  #queue = Promise.resolve();
  #timer = 0;

  constructor(data) {
    this.id = data.id;
    this.trouble = null;
    this.#take(data);
  }

  /** Names to check come later, and an answer to a change is without them: keep those that are known. */
  #take(data) {
    const speakers = this.#numbered(data.speakers);
    this.data = data = { ...data, speakers, names_to_check: data.names_to_check ?? this.data?.names_to_check ?? [] };
    this.quotations = data.items.filter((item) => item.kind === "quotation");
    this.place = new Map(this.quotations.map((item, place) => [item.index, place]));
    this.narrator = data.speakers[0].name;
    this.people = new Map(speakers.map((speaker) => [speaker.name, speaker]));
  }

  /**
   * The speakers with their numbers, which are keys. A number stays with its speaker while the page is open, even if
   * speakers before it leave the cast: a key must never suddenly mean another person. A new name takes over the number
   * of the only one that left, as after a rename.
   */
  #numbered(speakers) {
    const names = new Set(speakers.map((speaker) => speaker.name));
    const appeared = [...names].filter((name) => !this.#numbers.has(name)),
      left = [...(this.people?.keys() ?? [])].filter((name) => !names.has(name));
    if (appeared.length === 1 && left.length === 1) {
      this.#numbers.set(appeared[0], this.#numbers.get(left[0]));
      this.#numbers.delete(left[0]);
    }
    for (const name of appeared)
      if (!this.#numbers.has(name)) this.#numbers.set(name, Math.max(-1, ...this.#numbers.values()) + 1);
    return speakers
      .map((speaker) => {
        const number = this.#numbers.get(speaker.name);
        return { ...speaker, number, color: number && ((number - 1) % SPEAKER_COLORS) + 1 };
      })
      .sort((one, other) => one.number - other.number);
  }

  subscribe(listener) {
    this.#listeners.push(listener);
  }

  #publish(before) {
    for (const listener of this.#listeners) listener(before, this.data);
  }

  get toCheck() {
    return this.quotations.filter((item) => item.doubtful);
  }

  speakerOf(item) {
    return item.speaker ?? this.narrator;
  }

  person(name) {
    return this.people.get(name) ?? this.data.speakers[0];
  }

  said(name) {
    return this.quotations.filter((item) => this.speakerOf(item) === name);
  }

  replace(data) {
    const before = this.data;
    this.trouble = null;
    this.#take(data);
    this.#publish(before);
  }

  /** Merge an answer: a whole document, or the items that differ and all the rest. */
  #merge({ document: whole, items: rows = [], ...rest }) {
    if (whole) return this.replace(whole);
    const before = this.data,
      key = (item) => `${item.type} ${item.index}`,
      changed = new Map(rows.map((row) => [key(row), row]));
    this.trouble = null;
    this.#take({
      ...before,
      ...rest,
      items: rows.length ? before.items.map((item) => changed.get(key(item)) ?? item) : before.items,
    });
    return this.#publish(before);
  }

  /** Ask for `change`, after the changes asked for before it. Resolves to null, or to the reason for a refusal. */
  change(change) {
    const next = this.#queue.then(async () => {
      try {
        this.#merge(await api.postChange(this.id, this.data.version, change));
        return null;
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        return this.#refused(error);
      }
    });
    this.#queue = next.catch(() => {});
    return next;
  }

  #refused(error) {
    if (error.status === 409 && error.body.document) {
      this.replace(error.body.document);
      return "Not changed: another tab or editor changed the script first. The page now shows the current script; make your change again.";
    }
    if (error.status === 410 || error.body.changed_on_disk) {
      this.replace({ ...this.data, changed_on_disk: true });
      return "Not changed: the file changed on disk meanwhile. Nothing is overwritten; choose above which one to keep.";
    }
    if (error.status === 0) {
      this.trouble = error.message;
      this.#publish(this.data);
    }
    return error.message;
  }

  /** Look every few seconds, and when the window gets the focus, whether somebody else changed the script. */
  watch() {
    const look = async () => {
      if (document.hidden) return;
      try {
        const state = await api.getState(this.id);
        if (this.trouble) this.replace(this.data);
        if (state.changed_on_disk !== this.data.changed_on_disk)
          this.replace({ ...this.data, changed_on_disk: state.changed_on_disk });
        else if (state.version !== this.data.version) await this.#queue.then(() => this.refresh(state.version));
      } catch (error) {
        if (error.status === 0 && !this.trouble) this.#refused(error);
      }
    };
    this.#timer = setInterval(look, POLL_MS);
    addEventListener("focus", look);
    this.close = () => {
      clearInterval(this.#timer);
      removeEventListener("focus", look);
    };
  }

  /** Look for names whose sound is guessed, which takes seconds in a long article. */
  async findNames() {
    const { names_to_check: names } = await api.getNames(this.id).catch(() => ({ names_to_check: [] }));
    this.replace({ ...this.data, names_to_check: names });
  }

  async refresh(version) {
    if (version !== this.data.version) this.replace(await api.getDocument(this.id));
  }
}

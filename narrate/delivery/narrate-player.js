/* <narrate-player src="story.edition.html">: the page of an audio edition by Narrate inside another page.

   Attributes: src; p, the paragraph that it starts at; preview, seconds after which it stops; text, to show the text;
   theme, "light" or "dark", if it is not the color-scheme of the page around. Methods: play(paragraph), pause().
   Events, which bubble: play, pause, progress, complete, segment, previewend. Nothing is sent anywhere. */
const EVENTS = new Set(["play", "pause", "progress", "complete", "segment", "previewend"]);
const HEIGHT = "180", HEIGHT_WITH_TEXT = "480"; /* in pixels; the first one until the page says how high it is */
const PATIENCE_MS = 1000; /* how long a page may take to say so once it is loaded */

class NarratePlayer extends HTMLElement {
  static #playing = null;
  static observedAttributes = ["src", "p", "preview", "text", "theme"];
  #frame = null;
  #page = null;
  #port = null;
  #pending = null;

  connectedCallback() {
    if (!this.style.display) this.style.display = "block";
    addEventListener("message", this);
    this.#update();
  }

  disconnectedCallback() {
    removeEventListener("message", this);
    this.#port?.close();
    this.#frame?.remove();
    this.#frame = this.#page = this.#port = null;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#update();
  }

  /* Play, from the start of a paragraph if one is given. */
  play(paragraph) {
    this.#command({ command: "play", paragraph });
  }

  pause() {
    this.#command({ command: "pause" });
  }

  /* The page is ready: give it one end of a channel. Only the frame of this element is heard. */
  handleEvent(event) {
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.data?.narrate !== "ready") return;
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#receive(data);
    const origin = new URL(this.#frame.src).origin;
    this.#frame.contentWindow.postMessage({ narrate: "connect" }, origin === "null" ? "*" : origin, [port2]);
  }

  #receive({ type, detail }) {
    if (type === "ready") {
      this.#frame.title = `${detail.label}: ${detail.title}`;
      if (this.#pending) this.#port.postMessage(this.#pending);
      this.#pending = null;
    } else if (type === "size" && !this.hasAttribute("text")) {
      this.#frame.height = detail.height;
    } else if (EVENTS.has(type)) {
      if (type === "play") this.#silenceOther();
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
    }
  }

  /* One player is heard at a time. */
  #silenceOther() {
    if (NarratePlayer.#playing !== this) NarratePlayer.#playing?.pause();
    NarratePlayer.#playing = this;
  }

  /* A page that was made before there was this component has no other view than that with the text. */
  #giveUp() {
    if (this.#frame && !this.#port) this.#frame.height = HEIGHT_WITH_TEXT;
  }

  #command(message) {
    if (this.#port) this.#port.postMessage(message);
    else this.#pending = message;
    if (this.#frame) this.#frame.loading = "eager";
  }

  /* Show the page, or tell it what has changed by its fragment, which loads nothing and adds nothing to the history. */
  #update() {
    const url = this.#address();
    if (!url) return;
    const page = url.href.replace(/#.*/, "");
    if (this.#frame && page === this.#page) {
      this.#frame.contentWindow.location.replace(url.href);
    } else {
      const title = this.querySelector("iframe")?.title || this.getAttribute("title") || "Audio";
      this.#frame = Object.assign(document.createElement("iframe"), {
        src: url.href, title, loading: "lazy", allow: "autoplay", width: "100%",
      });
      this.#frame.addEventListener("load", () => setTimeout(() => this.#giveUp(), PATIENCE_MS));
      Object.assign(this.#frame.style, { display: "block", border: "0", borderRadius: ".9rem" });
      this.#page = page;
      this.replaceChildren(this.#frame);
    }
    if (this.hasAttribute("text") || !this.#port) this.#frame.height = this.hasAttribute("text") ? HEIGHT_WITH_TEXT : HEIGHT;
  }

  #address() {
    const source = this.getAttribute("src") ?? "";
    if (!source || !URL.canParse(source, document.baseURI)) return null;
    const url = new URL(source, document.baseURI);
    if (!["http:", "https:", "file:"].includes(url.protocol)) return null;
    const asked = new URLSearchParams(url.hash.slice(1));
    const schemes = getComputedStyle(this).colorScheme.split(" ").filter((name) => ["light", "dark"].includes(name));
    if (schemes.length < 2) asked.set("theme", schemes[0] ?? "light");
    for (const name of ["p", "preview", "theme"]) {
      if (this.hasAttribute(name)) asked.set(name, this.getAttribute(name));
    }
    asked.set("view", this.hasAttribute("text") ? "text" : "bar");
    url.hash = asked;
    return url;
  }
}

if (!customElements.get("narrate-player")) customElements.define("narrate-player", NarratePlayer);

export { NarratePlayer };

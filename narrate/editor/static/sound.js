// One sound at a time: a line, a paragraph, a word or a voice.

import { reasonOf } from "./api.js";
import { bringToFront, el, foreign, iconButton, toast } from "./dom.js";

const audio = new Audio();
audio.preload = "auto";
let playing = null;

const bar = () => document.getElementById("speaking");

function show(state, label) {
  bar().replaceChildren(
    el("span", { class: state === "waiting" ? "spinner" : "waves", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el(
      "span",
      { class: "speaking-text" },
      el("strong", {}, state === "waiting" ? "Speaking the line…" : "Playing"),
      " ",
      foreign(label),
    ),
    iconButton("stop", "Stop the sound", stop),
  );
  bringToFront(bar());
  bar().hidden = false;
}

export function stop() {
  if (!playing) return;
  playing = null;
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
  bar().hidden = true;
}

/** Play `url`; `key` says what it is, so that a second call with the same key stops it. */
export function listen(url, label, key) {
  if (playing?.key === key) return stop();
  stop();
  playing = { url, label, key };
  show("waiting", label);
  audio.src = url;
  audio.play().catch(() => {}); // the event "error" says what happened
}

audio.addEventListener("playing", () => playing && show("playing", playing.label));
audio.addEventListener("ended", stop);
audio.addEventListener("error", async () => {
  if (!playing) return;
  const { url } = playing;
  stop();
  toast((await reasonOf(url)) ?? "Cannot play the sound: the browser does not know its format.");
});

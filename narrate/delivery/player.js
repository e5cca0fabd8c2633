"use strict";
(() => {
  const edition = JSON.parse(document.getElementById("edition").textContent);
  const byId = (id) => document.getElementById(id);
  const audio = byId("audio"), bar = byId("bar"), seek = byId("seek"), play = byId("play"), now = byId("now");
  const cues = edition.cues, phrases = [...document.querySelectorAll(".phrase")];
  const lanes = [...document.querySelectorAll(".lane")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = -1, word = null, handled = -Infinity;

  audio.removeAttribute("controls");
  bar.hidden = false;

  const clock = (seconds) => {
    const whole = Math.floor(seconds), parts = [Math.floor(whole / 60) % 60, whole % 60];
    if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
    return parts.map((part, n) => (n ? String(part).padStart(2, "0") : part)).join(":");
  };
  /* The last of `times` that has begun at `at`; -1 before the first. Both are sorted by `start`. */
  const begun = (times, at) => {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle].start <= at) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  const goTo = (seconds) => {
    audio.currentTime = Math.min(Math.max(seconds, 0), edition.duration);
    show();
  };
  /* A hair inside the cue: a position that the decoder rounds down would still be the cue before. */
  const goToCue = (index) => goTo(cues[index].start + 0.001);

  const follow = (phrase) => {
    const box = phrase.getBoundingClientRect(), top = bar.getBoundingClientRect().bottom;
    const hidden = box.top < top + 8 || box.bottom > innerHeight - 24;
    if (!audio.paused && hidden && performance.now() - handled > 4000) {
      phrase.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    }
  };
  const show = () => {
    const at = audio.currentTime, index = Math.max(begun(cues, at), 0), cue = cues[index];
    const stamp = clock(at);
    if (byId("time").textContent !== stamp) {
      byId("time").textContent = stamp;
      seek.setAttribute("aria-valuetext", `${stamp} ${edition.labels.of} ${clock(edition.duration)}, ${edition.speakers[cue.speaker]}`);
      seek.value = at;
    }
    byId("timeline").style.setProperty("--at", at / edition.duration);
    if (index !== current) {
      if (current >= 0) {
        phrases[current].classList.remove("on");
        phrases[current].removeAttribute("aria-current");
      }
      current = index;
      phrases[index].classList.add("on");
      phrases[index].setAttribute("aria-current", "true");
      now.textContent = edition.speakers[cue.speaker];
      now.className = `s${cue.speaker && ((cue.speaker - 1) % 8) + 1}`;
      follow(phrases[index]);
    }
    const spoken = cue.words.length ? phrases[index].children[begun(cue.words, at)] ?? null : null;
    if (spoken !== word) {
      word?.classList.remove("on");
      spoken?.classList.add("on");
      word = spoken;
    }
  };
  const loop = () => {
    show();
    if (!audio.paused) requestAnimationFrame(loop);
  };
  const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  /* The first cue of the paragraph before (-1) or after (1); the start of this one first, as on any music player. */
  const skip = (step) => {
    const here = cues[Math.max(current, 0)].paragraph, first = cues.findIndex((cue) => cue.paragraph === here);
    if (step < 0 && audio.currentTime - cues[first].start > 2) return goToCue(first);
    const target = step < 0 ? cues[Math.max(first - 1, 0)].paragraph : cues.find((cue) => cue.paragraph > here)?.paragraph;
    if (target !== undefined) goToCue(cues.findIndex((cue) => cue.paragraph === target));
  };

  play.addEventListener("click", toggle);
  byId("back").addEventListener("click", () => skip(-1));
  byId("next").addEventListener("click", () => skip(1));
  byId("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  seek.addEventListener("input", () => goTo(Number(seek.value)));
  for (const button of document.querySelectorAll(".timeline button")) {
    const turns = cues.map((_, n) => n).filter((n) => cues[n].speaker === Number(button.dataset.speaker));
    button.addEventListener("click", () => goToCue(turns.find((n) => cues[n].start > audio.currentTime) ?? turns[0]));
  }
  for (const lane of lanes) {
    const turns = cues.filter((cue) => cue.speaker === Number(lane.dataset.speaker));
    lane.addEventListener("click", (event) => {
      const box = lane.getBoundingClientRect(), at = ((event.clientX - box.left) / box.width) * edition.duration;
      const away = (cue) => Math.max(cue.start - at, at - cue.end, 0);
      const turn = turns.reduce((best, cue) => (away(cue) < away(best) ? cue : best));
      goTo(Math.min(Math.max(at, turn.start + 0.001), turn.end - 0.001));
    });
  }
  byId("text").addEventListener("click", (event) => {
    const phrase = event.target.closest(".phrase");
    if (phrase && !String(getSelection())) goToCue(phrases.indexOf(phrase));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("button, select, input, a")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " ") toggle();
    else if (step && event.shiftKey) skip(step);
    else if (step) goTo(audio.currentTime + 10 * step);
    else return;
    event.preventDefault();
  });
  for (const name of ["wheel", "touchmove"]) {
    addEventListener(name, () => { handled = performance.now(); }, { passive: true });
  }
  for (const name of ["play", "pause", "ended"]) {
    audio.addEventListener(name, () => {
      document.body.classList.toggle("playing", !audio.paused);
      play.setAttribute("aria-label", audio.paused ? edition.labels.play : edition.labels.pause);
      loop();
    });
  }
  for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, show);
  audio.addEventListener("error", () => { byId("trouble").hidden = false; });

  if ("mediaSession" in navigator) {
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({ title: edition.title, artist: edition.byline, album: edition.disclosure });
    const actions = {
      play: toggle, pause: toggle, previoustrack: () => skip(-1), nexttrack: () => skip(1),
      seekbackward: (details) => goTo(audio.currentTime - (details.seekOffset || 10)),
      seekforward: (details) => goTo(audio.currentTime + (details.seekOffset || 10)),
      seekto: (details) => goTo(details.seekTime),
    };
    for (const [name, action] of Object.entries(actions)) session.setActionHandler(name, action);
  }
  show();
})();

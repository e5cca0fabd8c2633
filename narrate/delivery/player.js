"use strict";
(() => {
  const byId = (id) => document.getElementById(id), all = (selector) => [...document.querySelectorAll(selector)];
  const edition = JSON.parse(byId("edition").textContent), root = document.documentElement;
  const audio = byId("audio"), player = byId("player"), seek = byId("seek"), play = byId("play"), now = byId("now");
  const { cues, duration, labels, speakers } = edition, phrases = all(".phrase");
  const buttons = all(".timeline button"), lanes = all(".lane"), positions = [byId("track"), byId("timeline")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), narrow = matchMedia("(max-width: 40rem)");
  const embedded = parent !== window, paragraphs = cues[cues.length - 1].paragraph - edition.front + 1;
  let current = -1, words = [], word = null, handled = -Infinity, limit = duration, port = null;
  let announced = -1, before = 0;
  const passed = new Set();

  audio.removeAttribute("controls");
  byId("bar").hidden = false;

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
  const color = (speaker) => (speaker ? `s${((speaker - 1) % edition.colors) + 1}` : "s0");

  /* What the page says to the component that embeds it. Nothing is sent to anybody else. */
  const send = (type, detail = {}) => {
    const time = Math.round(audio.currentTime * 1000) / 1000;
    port?.postMessage({ type, detail: { title: edition.title, time, duration, ...detail } });
  };
  const announce = () => {
    if (audio.paused || announced === current) return;
    announced = current;
    const { start, end, speaker, paragraph } = cues[current];
    const number = Math.max(paragraph - edition.front + 1, 0), text = phrases[current].textContent;
    send("segment", { segment: current, paragraph: number, speaker: speakers[speaker], quotation: speaker > 0, text, start, end });
  };
  /* Each tenth counts once, when it is passed by listening; `before` is set anew by a jump. */
  const measure = (at) => {
    for (let percent = 10; percent <= 100; percent += 10) {
      const mark = percent === 100 ? duration - 0.25 : (duration * percent) / 100;
      if (before < mark && mark <= at && !passed.has(percent)) {
        passed.add(percent);
        send("progress", { percent });
      }
    }
    before = at;
  };

  const goTo = (seconds) => {
    audio.currentTime = before = Math.min(Math.max(seconds, 0), limit);
    byId("ended").textContent = "";
    show();
  };
  /* A hair inside the cue: a position that the decoder rounds down would still be the cue before. */
  const goToCue = (index) => goTo(cues[index].start + 0.001);
  const goToParagraph = (number) => {
    const wanted = Math.min(Math.max(number, 1), paragraphs) + edition.front - 1;
    const index = cues.findIndex((cue) => cue.paragraph === wanted);
    goToCue(index);
    if (index === current) phrases[index].scrollIntoView({ block: "center" });
  };

  const follow = (phrase) => {
    const box = phrase.getBoundingClientRect(), top = player.getBoundingClientRect().bottom;
    const hidden = box.top < top + 8 || box.bottom > innerHeight - 24;
    if (!audio.paused && hidden && performance.now() - handled > 4000) {
      phrase.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    }
  };
  /* Show who speaks. On narrow pages, the row of names scrolls to that one. */
  const showSpeaker = (speaker) => {
    if (now.textContent === speakers[speaker]) return;
    now.textContent = speakers[speaker];
    now.className = color(speaker);
    buttons.forEach((button, number) => button.classList.toggle("on", number === speaker));
    const left = buttons[speaker].offsetLeft - byId("timeline").offsetLeft - 48;
    byId("timeline").scrollTo({ left, behavior: calm.matches ? "auto" : "smooth" });
  };
  const show = () => {
    const at = audio.currentTime, index = Math.max(begun(cues, at), 0), cue = cues[index], stamp = clock(at);
    if (byId("time").textContent !== stamp) {
      byId("time").textContent = stamp;
      seek.setAttribute("aria-valuetext", `${stamp} ${labels.of} ${clock(duration)}, ${speakers[cue.speaker]}`);
    }
    seek.value = at;
    for (const element of positions) element.style.setProperty("--at", at / duration);
    if (index !== current) {
      if (current >= 0) {
        phrases[current].classList.remove("on");
        phrases[current].removeAttribute("aria-current");
      }
      current = index;
      words = phrases[index].getElementsByClassName("word");
      phrases[index].classList.add("on");
      phrases[index].setAttribute("aria-current", "true");
      showSpeaker(cue.speaker);
      follow(phrases[index]);
    }
    const spoken = cue.words.length ? words[begun(cue.words, at)] ?? null : null;
    if (spoken !== word) {
      word?.classList.remove("on");
      spoken?.classList.add("on");
      word = spoken;
    }
    if (audio.paused) return;
    announce();
    measure(at);
    if (at >= limit && limit < duration) {
      audio.pause();
      audio.currentTime = before = limit;
      byId("ended").textContent = labels.preview_end;
      send("previewend");
    }
  };
  const loop = () => {
    show();
    if (!audio.paused) requestAnimationFrame(loop);
  };
  const start = () => {
    if (limit < duration && audio.currentTime >= limit) goTo(0);
    audio.play().catch(() => {});
  };
  const toggle = () => (audio.paused ? start() : audio.pause());
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
  buttons.forEach((button, speaker) => {
    const turns = cues.map((_, n) => n).filter((n) => cues[n].speaker === speaker);
    button.addEventListener("click", () => goToCue(turns.find((n) => cues[n].start > audio.currentTime) ?? turns[0]));
  });
  lanes.forEach((lane, speaker) => {
    const turns = cues.filter((cue) => cue.speaker === speaker);
    lane.addEventListener("click", (event) => {
      const box = lane.getBoundingClientRect(), at = ((event.clientX - box.left) / box.width) * duration;
      const away = (cue) => Math.max(cue.start - at, at - cue.end, 0);
      const turn = turns.reduce((best, cue) => (away(cue) < away(best) ? cue : best));
      goTo(Math.min(Math.max(at, turn.start + 0.001), turn.end - 0.001));
    });
  });
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest(".phrase");
    if (phrase && !String(getSelection())) goToCue(phrases.indexOf(phrase));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const control = event.target.closest("button, select, input, a");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (control && !(control === seek && step)) return;
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
      play.setAttribute("aria-label", audio.paused ? labels.play : labels.pause);
      if (name === "play") send("play");
      if (name === "pause" && !audio.ended) send("pause");
      if (name === "ended") {
        measure(duration);
        send("complete");
      }
      loop();
    });
  }
  audio.addEventListener("seeking", () => { before = audio.currentTime; });
  for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, show);
  audio.addEventListener("error", () => { byId("trouble").hidden = false; });

  /* One lane with the turns of all speakers, for narrow pages. */
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "turns");
  drawing.setAttribute("viewBox", lanes[0].firstElementChild.getAttribute("viewBox"));
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  for (const lane of lanes) {
    const turns = lane.querySelector("path").cloneNode();
    turns.setAttribute("class", color(Number(lane.dataset.speaker)));
    drawing.append(turns);
  }
  byId("track").prepend(drawing);

  const layOut = () => {
    root.classList.toggle("compact", embedded || narrow.matches);
    root.classList.toggle("embedded", embedded);
  };
  /* What the address asks for: #p=7 starts at a paragraph, preview=30 stops, view=bar hides the text, theme=dark. */
  const obey = () => {
    const asked = new URLSearchParams(location.hash.slice(1)), seconds = Number(asked.get("preview"));
    limit = seconds > 0 ? Math.min(seconds, duration) : duration;
    root.classList.toggle("preview", limit < duration);
    root.classList.toggle("bar", asked.get("view") === "bar");
    for (const element of positions) element.style.setProperty("--limit", limit / duration);
    if (["light", "dark"].includes(asked.get("theme"))) root.dataset.theme = asked.get("theme");
    else delete root.dataset.theme;
    if (/^[1-9]\d{0,5}$/.test(asked.get("p"))) goToParagraph(Number(asked.get("p")));
    else if (audio.currentTime > limit) goTo(limit);
    else show();
    if (embedded && !port) parent.postMessage({ narrate: "ready" }, "*");
  };
  const commands = {
    play: (paragraph) => { if (paragraph) goToParagraph(paragraph); start(); },
    pause: () => audio.pause(),
  };
  addEventListener("message", (event) => {
    if (!embedded || event.source !== parent || event.data?.narrate !== "connect" || !event.ports[0]) return;
    [port] = event.ports;
    port.onmessage = ({ data }) => { if (Object.hasOwn(commands, data?.command)) commands[data.command](data.paragraph); };
    const size = () => send("size", { height: Math.ceil(document.querySelector("main").getBoundingClientRect().height) });
    new ResizeObserver(size).observe(document.querySelector("main"));
    send("ready", { label: labels.kicker });
  });
  narrow.addEventListener("change", layOut);
  addEventListener("hashchange", obey);

  if ("mediaSession" in navigator) {
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({ title: edition.title, artist: edition.byline, album: edition.disclosure });
    const actions = {
      play: start, pause: () => audio.pause(), previoustrack: () => skip(-1), nexttrack: () => skip(1),
      seekbackward: (details) => goTo(audio.currentTime - (details.seekOffset || 10)),
      seekforward: (details) => goTo(audio.currentTime + (details.seekOffset || 10)),
      seekto: (details) => goTo(details.seekTime),
    };
    for (const [name, action] of Object.entries(actions)) session.setActionHandler(name, action);
  }
  const header = document.querySelector("header");
  new IntersectionObserver(([seen]) => root.classList.toggle("stuck", !seen.isIntersecting)).observe(header);
  layOut();
  obey();
})();

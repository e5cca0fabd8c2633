// Making the edition: what differs, progress, cancel, and the player; and the sign-off.

import { cancelJob, getDesk, jobEvents, makeEdition } from "./api.js";
import { button, counted, dateTime, duration, el, foreign, icon, openDialog } from "./dom.js";

const REVIEWER = "narrate-reviewer";

/** The dialog that ends with an edition. The store has the changes since the edition that is there. */
export function openMake(store, actions) {
  const body = el("div", { class: "stack" });
  let running = null;
  const dialog = openDialog("Make the edition", body, { wide: true, onClose: () => running?.leave() });
  const show = (...parts) => body.replaceChildren(...parts.flat().filter(Boolean));

  const ask = () => {
    show(
      differences(store.data),
      store.toCheck.length > 0 &&
        el(
          "p",
          { class: "note doubt" },
          icon("warning"),
          `${counted(store.toCheck.length, "quotation")} not checked yet.`,
        ),
      el(
        "div",
        { class: "row end" },
        store.data.edition && playerLink(store.data.edition.player_url),
        button("Not now", () => dialog.close()),
        el(
          "button",
          { type: "button", class: "primary", autofocus: true, on: { click: make } },
          store.data.edition ? "Make the edition again" : "Make the edition",
        ),
      ),
    );
    body.querySelector("[autofocus]").focus();
  };
  const fail = (message) => {
    running = null;
    show(
      el("p", { role: "alert", class: "note danger" }, icon("warning"), foreign(message, "span")),
      el(
        "div",
        { class: "row end" },
        button("Close", () => dialog.close()),
        button("Try again", make, { class: "primary" }),
      ),
    );
  };
  const finish = async (done) => {
    running = null;
    await actions.reload();
    finished(show, done, dialog);
  };
  const make = async () => {
    const bar = el("progress", { max: 1, "aria-label": "Progress of the edition" }),
      line = el("p", { class: "soft", role: "status" }, "Starting…");
    const stop = button("Cancel", () => running?.cancel());
    show(el("p", {}, "Only lines that changed are spoken anew."), bar, line, el("div", { class: "row end" }, stop));
    stop.focus();
    try {
      const { job } = await makeEdition(store.id);
      running = follow(job, {
        bar,
        line,
        stop,
        finish,
        fail,
        cancelled: () => {
          running = null;
          ask();
        },
      });
    } catch (error) {
      fail(error.message);
    }
  };
  ask();
}

function differences({ changes_since_edition: changes, edition }) {
  if (!edition || !changes)
    return el(
      "p",
      {},
      "There is no edition of this article yet. Every line is spoken; lines that were heard here already are not spoken twice.",
    );
  const made = `The edition of ${dateTime(edition.made_at)} (${duration(edition.seconds)})`;
  if (!changes.length) return el("p", {}, `${made} is up to date: nothing changed since.`);
  return el(
    "div",
    {},
    el("p", {}, `${made} differs from the script:`),
    el(
      "ul",
      { class: "changes" },
      changes.map((change) => foreign(change, "li")),
    ),
  );
}

const STAGES = {
  read: "Reading the script",
  synthesize: "Speaking",
  encode: "Setting the sound and writing the files",
};

function follow(job, { bar, line, stop, finish, fail, cancelled }) {
  const events = jobEvents(job);
  const leave = () => events.close();
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.done && typeof news.done === "object") {
      leave();
      finish(news.done);
    } else if (news.error) {
      leave();
      fail(news.error);
    } else if (news.cancelled) {
      leave();
      cancelled();
    } else progress(news, bar, line);
  };
  events.onerror = async () => {
    // the browser connects again by itself, unless the server has ended
    try {
      await getDesk();
      if (events.readyState === EventSource.CLOSED)
        fail("Cannot follow the making of the edition: the page lost track of it. Load the page again.");
    } catch (error) {
      leave();
      fail(error.message);
    }
  };
  return {
    leave,
    cancel: async () => {
      stop.disabled = true;
      line.textContent = "Stopping…";
      await cancelJob(job).catch((error) => fail(error.message));
    },
  };
}

function progress({ stage, done, total, seconds_left: left }, bar, line) {
  if (total > 0) {
    bar.max = total;
    bar.value = done;
  } else {
    bar.removeAttribute("value");
  }
  const time = left > 1 ? `about ${duration(left)} left` : null;
  const text = [STAGES[stage] ?? stage, total > 0 ? `line ${done} of ${total}` : null, time].filter(Boolean).join(", ");
  if (line.textContent !== text) line.textContent = text;
}

const playerLink = (url) =>
  el("a", { class: "button", href: url, target: "_blank", rel: "noopener" }, "Open the player in its own tab");

function reused({ lines, reused_lines: kept }) {
  if (kept === lines) return "no line had to be spoken anew";
  return kept ? `${lines - kept} of ${counted(lines, "line")} spoken anew` : `${counted(lines, "line")} spoken`;
}

function finished(show, done, dialog) {
  const link = playerLink(done.player_url);
  show(
    el(
      "p",
      { class: "note ok", role: "status" },
      icon("check"),
      `The edition is ready: ${duration(done.seconds)}, ${reused(done)}.`,
    ),
    done.changes?.length > 0 &&
      el(
        "ul",
        { class: "changes" },
        done.changes.map((change) => foreign(change, "li")),
      ),
    el("iframe", { class: "player", src: done.player_url, title: "The player of the new edition" }),
    el(
      "div",
      { class: "row end" },
      button("Back to the script", () => dialog.close()),
      link,
    ),
  );
  link.focus();
}

/** Sign the script off: who checked it is written into the script and into the edition. */
export function openReview(store, actions) {
  const name = el("input", {
    type: "text",
    id: "reviewer",
    value: localStorage.getItem(REVIEWER) ?? "",
    maxlength: 100,
    autocomplete: "name",
    required: true,
    autofocus: true,
  });
  const submit = (event) => {
    event.preventDefault();
    localStorage.setItem(REVIEWER, name.value.trim());
    dialog.close();
    actions.change({ op: "reviewed", by: name.value.trim() }, "Signed off");
  };
  const dialog = openDialog(
    "Sign off",
    el(
      "form",
      { class: "stack", on: { submit } },
      el("p", {}, "You have checked this script: your name and the time are written into it and into its edition."),
      el(
        "div",
        { class: "field" },
        el("label", { for: "reviewer" }, "Checked by"),
        name,
        el("button", { type: "submit", class: "primary" }, "Sign off"),
      ),
    ),
  );
}

// The desk: the scripts of a folder and their state.

import { counted, dateTime, el, foreign, icon } from "./dom.js";

/** State -> (tone, icon), in the order in which they are listed. */
const STATES = {
  "to check": ["doubt", "warning"],
  unreadable: ["danger", "warning"],
  checked: ["ok", "check"],
  made: ["ok", "check"],
  published: ["ok", "check"],
};
const ORDER = Object.keys(STATES);

export function deskView(desk) {
  const list = el("ul", { class: "plain desk-list" });
  const filter = el(
    "select",
    { id: "state", on: { change: () => fill() } },
    el("option", { value: "" }, "all"),
    ORDER.map((state) => el("option", { value: state }, state)),
  );
  const words = el("input", { type: "search", id: "search", autocomplete: "off", on: { input: () => fill() } });
  const documents = desk.documents.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  const fill = () => {
    const wanted = words.value.trim().toLowerCase();
    const shown = documents.filter(
      (one) =>
        (!filter.value || one.state === filter.value) && `${one.title} ${one.file}`.toLowerCase().includes(wanted),
    );
    list.replaceChildren(...(shown.length ? shown.map(row) : [el("li", { class: "soft" }, "Nothing here.")]));
  };
  fill();
  const waiting = desk.documents.filter((one) => one.state === "to check").length;
  return el(
    "main",
    { class: "desk", id: "article", tabindex: "-1" },
    el("h1", {}, "Desk"),
    el("p", { class: "soft" }, `${counted(desk.documents.length, "article")}, ${waiting} to check.`),
    el(
      "div",
      { class: "row filters" },
      el("label", { for: "state" }, "State"),
      filter,
      el("label", { for: "search" }, "Search"),
      words,
    ),
    list,
  );
}

function row(one) {
  const [tone, sign] = STATES[one.state];
  const content = [
    el(
      "span",
      { class: "desk-title" },
      foreign(one.title || one.file, "strong"),
      foreign(one.file, "span", { class: "soft file" }),
    ),
    el("span", { class: "desk-facts" }, one.error ? foreign(one.error) : facts(one)),
    el(
      "span",
      { class: `chip ${tone}` },
      icon(sign),
      one.state === "checked" && !one.reviewed_by ? "nothing to check" : one.state,
    ),
  ];
  return el(
    "li",
    {},
    one.state === "unreadable"
      ? el("div", { class: "desk-row unreadable" }, content)
      : el("a", { class: "desk-row", href: `#${one.id}` }, content),
  );
}

function facts(one) {
  const parts = [
    one.doubtful ? `${one.doubtful} of ${one.quotations} to check` : counted(one.quotations, "quotation"),
    counted(one.speakers, "speaker"),
    one.reviewed_by ? `checked by ${one.reviewed_by}, ${dateTime(one.reviewed_at)}` : null,
  ];
  return foreign(parts.filter(Boolean).join(" · "));
}

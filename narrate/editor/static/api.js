// The server's answers. Every address is relative to the page, which is below the token.

/** An answer that is not a success; `status`, and `body`, the answer's JSON. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? `The server answered with status ${status}. Load the page again.`);
    this.status = status;
    this.body = body;
  }
}

async function answer(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused(0, {
      error: "Narrate does not answer: it was stopped. Start `narrate edit` again; every change so far is saved.",
    });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

const post = (path, body = {}) =>
  answer(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const at = (id) => `api/documents/${encodeURIComponent(id)}`;
const query = (values) => new URLSearchParams(values).toString();

export const getDesk = () => answer("api/desk");
export const getDocument = (id) => answer(at(id));
export const getState = (id) => answer(`${at(id)}/state`);
export const getNames = (id) => answer(`${at(id)}/names`);
export const postChange = (id, version, change) => post(`${at(id)}/changes`, { version, change });
export const getVoices = (id, speaker) => answer(`${at(id)}/voices?${query({ speaker })}`);
export const soundUrl = (id, values) => `${at(id)}/sound?${query(values)}`;
export const makeEdition = (id) => post(`${at(id)}/make`);
export const jobEvents = (job) => new EventSource(`api/jobs/${encodeURIComponent(job)}/events`);
export const cancelJob = (job) => post(`api/jobs/${encodeURIComponent(job)}/cancel`);

/** The server's reason for which `url` is not a sound, or null. */
export async function reasonOf(url) {
  try {
    const response = await fetch(url, { cache: "no-store" });
    return response.ok ? null : (await response.json()).error;
  } catch {
    return "Narrate does not answer: it was stopped. Start `narrate edit` again.";
  }
}

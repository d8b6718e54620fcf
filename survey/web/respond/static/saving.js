// Saves what is on the page a moment after the person has stopped, and keeps it in the tab while the server is away.
// Without this script every button saves as well: it only makes the time between two pages safe.
"use strict";
(() => {
  const PREFIX = "answers:";
  const PAUSE = 1500; // after the last letter or choice; with the way there that is within two seconds
  const AGAIN = 4000; // between tries while the server is away
  const PATIENCE = 8000; // for one try

  let tab = null;
  try {
    tab = sessionStorage;
  } catch {
    // Forbidden in this browser: then the page itself is all there is.
  }
  const kept = () => Object.keys(tab || {}).filter((key) => key.startsWith(PREFIX));
  const drop = (key) => tab?.removeItem(key);

  // A shared tablet keeps nothing but on the server.
  const shared = "kiosk" in document.body.dataset;
  if (shared || document.querySelector("[data-forget]")) kept().forEach(drop);
  if (shared) tab = null;

  const here = PREFIX + location.pathname;
  // What was sent from another page has arrived, since this page came instead of an error.
  for (const key of kept()) {
    if (key !== here && JSON.parse(tab.getItem(key)).sent) drop(key);
  }

  const form = document.querySelector("form[data-saving]");
  if (!form) return;
  const told = form.querySelector("[role=status]");
  const before = form.querySelector(".top .saved"); // what the server said when the page came
  const answers = () => [...new FormData(form)].filter(([name]) => name.startsWith("a_"));
  let last = JSON.stringify(answers());
  let timer = 0;
  let underway = null;
  let away = false;
  let over = false;

  const say = (what) => {
    const text = form.dataset[what];
    if (told.textContent !== text) told.textContent = text;
    told.classList.toggle("not", what !== "saved");
    before.textContent = "";
  };

  const keep = (sent) => {
    try {
      tab?.setItem(here, JSON.stringify({ answers: answers(), sent }));
    } catch {
      // The tab's room is full.
    }
  };

  const post = async () => {
    const patience = new AbortController();
    const clock = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const body = new URLSearchParams([...new FormData(form), ["go", "save"]]);
      const options = { method: "POST", body, redirect: "manual", keepalive: body.toString().length < 60000 };
      const { status } = await fetch(location.href.split("#")[0], { ...options, signal: patience.signal });
      return status >= 500 || status === 429 ? "away" : status === 204 ? "saved" : status === 422 ? "partly" : "refused";
    } catch {
      return "away";
    } finally {
      clearTimeout(clock);
    }
  };

  // True when the server has what is on the page, or will say itself why it has not.
  const save = async () => {
    clearTimeout(timer);
    while (underway) await underway;
    const text = JSON.stringify(answers());
    if (over || (text === last && !away)) return true;
    underway = post();
    const came = await underway;
    underway = null;
    away = came === "away";
    over = came === "refused";
    say(came);
    if (away) {
      keep(false);
      timer = setTimeout(save, AGAIN);
      return false;
    }
    last = text;
    if (JSON.stringify(answers()) === text) drop(here);
    return true;
  };

  const later = () => {
    keep(false);
    if (away || over) return;
    told.textContent = before.textContent = ""; // what stands there is not true any more
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  addEventListener("online", () => away && save());
  // The phone is closed, or another page is looked at: now rather than in a moment.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) save();
  });

  let leaving = false;
  const onward = (button) => {
    const go = document.createElement("input");
    [go.type, go.name, go.value] = ["hidden", "go", button.value];
    form.append(go);
    keep(true);
    leaving = true;
    form.submit();
  };
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    // A phone that knows it has no contact: else the browser's own error page would come instead of the answers.
    if (navigator.onLine === false) away = true;
    if (!underway && !away) {
      keep(true);
      leaving = true;
      return;
    }
    // One at a time, so that what was on the page earlier never comes last; and no error page instead of the answers.
    event.preventDefault();
    const button = event.submitter || form.querySelector("button[name=go]");
    if (await save()) onward(button);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // What the tab kept because the server was away.
  const left = tab && JSON.parse(tab.getItem(here));
  if (left) {
    const given = new Set(left.answers.map((pair) => JSON.stringify(pair)));
    for (const field of form.elements) {
      if (!field.name?.startsWith("a_")) continue;
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = given.has(JSON.stringify([field.name, field.value]));
      } else {
        // One name may have a text and a tick: the text comes first.
        field.value = left.answers.find(([name]) => name === field.name)?.[1] ?? field.value;
      }
    }
    if (JSON.stringify(answers()) === last) drop(here);
    else save();
  }
})();

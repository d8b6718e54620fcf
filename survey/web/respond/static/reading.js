// Reads aloud: a question and its options, what a page begins with, and what is said above it. A recording where the
// instrument has one, else a voice of the device's own. A voice that is not local is never used: it would send what
// somebody reads to another company. Where there is neither, nothing shows.
"use strict";
(() => {
  const words = document.body.dataset;
  const speech = window.speechSynthesis;
  if (!words.listen) return;

  const main = (code) => code.toLowerCase().split(/[-_]/)[0];
  const voice = () => {
    const language = main(document.documentElement.lang);
    const own = (speech?.getVoices() ?? []).filter((one) => one.localService === true && main(one.lang) === language);
    return own.find((one) => one.default) ?? own[0];
  };

  // What is said of an area, in order: the element that is marked, its words, and its recording if there is one.
  const piece = (element, audio = element, text = element.textContent) => ({ element, text: text.trim(), audio: audio.dataset.audio });
  const question = (area) => area.querySelector("legend, .question");
  const pieces = (area) => {
    if (area.dataset.audio) return [piece(area)];
    const asked = question(area);
    if (!asked) {
      const inside = [...area.querySelectorAll("h2, p, li, dt, dd:not(.change)")];
      return (inside.length ? inside : [area]).map((one) => piece(one));
    }
    const first = piece(asked);
    // The recording of a question says its help, too.
    const beside = area.querySelectorAll(first.audio ? ".error, [data-more]" : ".error, .hint p, .hint li, p.hint");
    const options = [...area.querySelectorAll(".option label")].map((one) => piece(one, one.querySelector("[data-audio]") ?? one));
    const before = options.length > 1 && !options[0].audio ? [{ ...options[0], text: words.options }] : [];
    return [first, ...[...beside].map((one) => piece(one)), ...before, ...options];
  };
  const heard = (area) => {
    const can = voice();
    return pieces(area).filter((one) => one.audio || (can && one.text));
  };

  let now = null;
  const mark = (element) => {
    document.querySelector(".heard")?.classList.remove("heard");
    element?.classList.add("heard");
    element?.scrollIntoView({ block: "nearest" });
  };
  const name = (button, text) => {
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${button.dataset.about}`);
  };
  const stop = () => {
    if (!now) return;
    const { button, sound } = now;
    now = null;
    sound?.pause();
    speech?.cancel();
    button.classList.remove("on");
    name(button, words.listen);
    mark(null);
  };

  const speak = (reading, one, onward) => {
    const chosen = voice();
    if (!chosen || !one.text) return onward();
    const said = new SpeechSynthesisUtterance(one.text);
    [said.voice, said.lang, said.onend, said.onerror] = [chosen, chosen.lang, onward, onward];
    reading.said = said; // some browsers forget one that nobody holds, and then never end it
    speech.speak(said);
  };
  const play = (reading, one, onward) => {
    // One player for all: some phones let nothing else play than what a finger has started.
    const sound = (reading.sound ??= new Audio());
    let failed = false;
    const instead = () => {
      if (failed || reading !== now) return;
      failed = true;
      speak(reading, one, onward);
    };
    [sound.onended, sound.onerror, sound.src] = [onward, instead, one.audio];
    sound.play().catch(instead);
  };
  const next = (reading) => {
    if (reading !== now) return;
    const one = reading.left.shift();
    if (!one) return stop();
    reading.at = one;
    mark(one.element);
    document.dispatchEvent(new Event("reading")); // somebody who listens is there
    const onward = () => reading.at === one && next(reading);
    if (one.audio) play(reading, one, onward);
    else speak(reading, one, onward);
  };

  const made = [];
  const add = (area) => {
    const asked = question(area);
    const before = area.previousElementSibling;
    const heading = asked ?? area.querySelector("h2, summary") ?? (before?.matches("h2") ? before : null);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "listen";
    button.dataset.about = (heading ?? document.querySelector("h1") ?? area).textContent.trim();
    name(button, words.listen);
    button.addEventListener("click", () => {
      const again = now?.button === button;
      stop();
      if (again) return;
      now = { button, left: heard(area).filter((one) => one.element.getClientRects().length) };
      button.classList.add("on");
      name(button, words.stop);
      next(now);
    });
    const alone = !heading && !area.matches(".statement");
    button.classList.toggle("aside", alone);
    made.push(() => {
      if (!heard(area).length) button.remove();
      else if (button.isConnected) return;
      else if (heading) heading.after(button);
      else if (alone) area.before(button);
      else area.append(button);
    });
  };
  const show = () => made.forEach((place) => place());

  document.querySelectorAll("main .item, main .lead, main .intro, main .review, .notice, main details").forEach(add);
  show();
  // Voices are often found a moment after the page.
  speech?.addEventListener?.("voiceschanged", show);
  addEventListener("pagehide", stop);
  for (const sign of ["submit", "leaving"]) document.addEventListener(sign, stop, true);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && stop());
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
})();

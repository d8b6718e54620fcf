// Leaving before the end. The button works without this; the script makes it faster, adds the Escape key, and clears a
// shared tablet that nobody touches any more.
"use strict";
(() => {
  const form = document.querySelector("form.leave, form.leave-here");

  const leave = () => {
    // What is on the screen goes now, before the server has been asked; and so does the address.
    form.action = form.action; // resolved, since the next lines change what it is relative to
    document.title = form.dataset.title;
    // The reply asks for it too; but the server may be away.
    try { sessionStorage.clear(); } catch { /* not allowed, so there is nothing in it */ }
    document.dispatchEvent(new Event("leaving"));
    history.replaceState(null, "", form.dataset.to);
    document.body.replaceChildren(form);
    form.hidden = true;
    form.submit();
  };

  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });
  }

  // Three times within five seconds: once alone closes menus and suggestions.
  const told = form?.querySelector("[data-escape]");
  if (told) {
    told.hidden = false;
    let presses = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.repeat) return;
      const now = Date.now();
      presses = [...presses.filter((moment) => now - moment < 5000), now];
      if (presses.length === 3) leave();
    });
  }

  const seconds = Number(document.body.dataset.kiosk);
  const dialog = document.querySelector("dialog.still-there");
  if (form && dialog && seconds) {
    const patience = Number(dialog.dataset.seconds);
    const left = dialog.querySelector("[data-left]");
    let last = Date.now();
    for (const sign of ["pointerdown", "keydown", "input", "scroll", "touchmove", "reading"]) {
      document.addEventListener(sign, () => { if (!dialog.open) last = Date.now(); }, { passive: true, capture: true });
    }
    // "close" alone comes a moment after the dialog has closed, and the clock may look in between.
    for (const sign of ["submit", "cancel", "close"]) dialog.addEventListener(sign, () => { last = Date.now(); });
    dialog.querySelector("button[value=leave]").addEventListener("click", leave);
    const look = () => {
      const idle = (Date.now() - last) / 1000;
      if (idle >= seconds + patience) {
        clearInterval(clock);
        leave();
      } else if (idle >= seconds) {
        left.textContent = Math.ceil(seconds + patience - idle);
        if (!dialog.open) dialog.showModal();
      }
    };
    const clock = setInterval(look, 1000);
    // A tablet that has slept does not show what was on it for another second.
    document.addEventListener("visibilitychange", look);
  }

  // The start screen in a language that somebody chose, and then walked away: no answer is on it, so it does not ask.
  if (!form && seconds && location.search) {
    let clock = 0;
    const again = () => {
      clearTimeout(clock);
      clock = setTimeout(() => location.replace(location.pathname), 600000);
    };
    for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, again, { passive: true });
    again();
  }

  // A page that the browser kept as it stood is asked for anew: it may no longer be this person's.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();

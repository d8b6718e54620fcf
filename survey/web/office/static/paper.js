/* Typing in paper forms with one hand: a code that can be no other goes on by itself, and the words that it stands for
   are shown beside it. Without this file everything works with Tab. Nothing is kept, and nothing is sent but the form. */
(function () {
  "use strict";
  var form = document.querySelector(".paper-form");
  if (!form) return;
  var fields = Array.prototype.slice.call(form.querySelectorAll(".paper-answer input, .paper-answer textarea"));
  var save = document.getElementById("save");

  // A page that comes back with the Back button is an empty one.
  window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });

  function codesOf(field) { return field.dataset.codes ? JSON.parse(field.dataset.codes) : null; }

  function declined(text) { return text === "-" || text === "\u2013" || text === "\u2212"; }

  function say(field) {
    var codes = codesOf(field), shown = form.querySelector('output[for="' + field.id + '"]'), text = field.value.trim();
    if (!codes || !shown) return;
    var parts = "several" in field.dataset ? text.split(/[\s,;|]+/) : [text];
    var words = parts.filter(Boolean).map(function (part) {
      return declined(part) ? "\u2013" : (Object.prototype.hasOwnProperty.call(codes, part) ? codes[part] : "?");
    });
    shown.textContent = words.join(" + ");
    field.parentNode.classList.toggle("unknown", words.indexOf("?") >= 0);
  }

  // True when the code is one, and none longer begins with it.
  function settled(field) {
    var codes = codesOf(field), text = field.value.trim();
    if (!codes || "several" in field.dataset) return false;
    if (text === "-") return !Object.keys(codes).some(function (code) { return code.charAt(0) === "-"; });
    return Object.prototype.hasOwnProperty.call(codes, text) &&
      !Object.keys(codes).some(function (code) { return code !== text && code.indexOf(text) === 0; });
  }

  function onward(field, step) {
    var next = fields[fields.indexOf(field) + step] || (step > 0 ? save : field);
    next.focus();
    if (next.select) next.select();
  }

  fields.forEach(function (field) {
    say(field);
    field.addEventListener("input", function (event) {
      say(field);
      // What is taken away or pasted leaves the person where they are.
      if (event.inputType === "insertText" && settled(field)) onward(field, 1);
    });
    field.addEventListener("keydown", function (event) {
      var written = field.tagName === "TEXTAREA";
      if (event.isComposing || event.altKey || event.metaKey) return;
      if (event.key === "Enter" && (!written || event.ctrlKey)) { event.preventDefault(); onward(field, 1); }
      else if (event.key === "ArrowDown" && !written) { event.preventDefault(); onward(field, 1); }
      else if (event.key === "ArrowUp" && !written) { event.preventDefault(); onward(field, -1); }
    });
    if (field.tagName === "INPUT") field.addEventListener("focus", function () { field.select(); });
  });

  // The field that the page begins in had the focus before this script came: what stands in it is typed over too.
  var begun = document.activeElement;
  if (fields.indexOf(begun) >= 0 && begun.tagName === "INPUT" && begun.value === begun.defaultValue) begun.select();

  // Where two answers differ: to write another is to choose it, and to choose one is to write none.
  form.addEventListener("input", function (event) {
    var group = event.target.closest(".difference");
    if (!group) return;
    var other = group.querySelector('input[value="annat"]'), field = group.querySelector(".paper-answer .form-control");
    if (event.target === field) other.checked = field.value.trim() !== "";
    else if (event.target !== other) { field.value = ""; say(field); }
  });

  // A second press while the first is under way sends nothing; the server would take it as the same form anyway.
  var sent = false;
  form.addEventListener("submit", function (event) { if (sent) event.preventDefault(); sent = true; });
})();

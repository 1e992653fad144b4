// Enhancements only: every page works without this file.
(function () {
  "use strict";
  // The error summary takes the focus, so that a screen reader starts with it.
  var summary = document.getElementById("error-summary");
  if (summary) summary.focus();
  // A form is sent once: the second click of a double click is dropped.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  // Inputs for pictures become buttons, with the names of what was chosen under them.
  document.querySelectorAll(".picture-inputs").forEach(function (box) {
    var chosen = document.createElement("p");
    chosen.className = "chosen";
    chosen.setAttribute("role", "status");
    box.after(chosen);
    box.classList.add("as-buttons");
    function tell() {
      var names = [];
      box.querySelectorAll("input").forEach(function (input) {
        Array.prototype.forEach.call(input.files, function (file) { names.push(file.name); });
      });
      chosen.textContent = names.join(", ");
    }
    box.addEventListener("change", tell);
    window.addEventListener("pageshow", tell);
  });
  // Back from the browser's memory: the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });
})();

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
  // Back from the browser's memory: the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });
})();

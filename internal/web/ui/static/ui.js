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
  // Inputs for pictures become buttons, with the names of what was chosen under them. On a phone, where such an input opens
  // the camera, a second button brings files that are there already; they go into the same input.
  document.querySelectorAll(".picture-inputs").forEach(function (box) {
    var input = box.querySelector("input"), chosen = document.createElement("p");
    chosen.className = "chosen";
    chosen.setAttribute("role", "status");
    box.after(chosen);
    box.classList.add("as-buttons");
    function tell() {
      chosen.textContent = Array.prototype.map.call(input.files, function (file) { return file.name; }).join(", ");
    }
    input.addEventListener("change", tell);
    window.addEventListener("pageshow", tell);
    if (!window.DataTransfer || !window.matchMedia("(pointer: coarse)").matches) return;
    var second = input.parentNode.cloneNode(true), picker = second.querySelector("input");
    picker.removeAttribute("name");
    picker.removeAttribute("capture");
    picker.id += "-file";
    second.querySelector("label").htmlFor = picker.id;
    second.querySelector("label span").textContent = box.dataset.file;
    box.querySelector("label span").textContent = box.dataset.photo;
    box.append(second);
    picker.addEventListener("change", function () {
      var files = new DataTransfer();
      Array.prototype.forEach.call(picker.files, function (file) { files.items.add(file); });
      input.files = files.files;
      picker.value = "";
      input.dispatchEvent(new Event("change"));
    });
  });
  // Back from the browser's memory: the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });
})();

// Enhancements of the payment pages: they tell at once when something has changed, copy what has to be typed elsewhere, and let a
// wallet in the browser sign. Without it the pages reload, texts are selected by hand, and the signature is pasted.
(function () {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        var before = button.textContent;
        button.textContent = button.dataset.copied;
        setTimeout(function () { button.textContent = before; }, 2000);
      });
    });
  });
  var live = document.querySelector("[data-live]");
  if (live && window.EventSource) {
    var events = new EventSource(live.dataset.live);
    events.addEventListener("changed", function () { events.close(); location.reload(); });
  }
  var sign = document.getElementById("sign");
  if (sign && window.ethereum) {
    sign.hidden = false;
    sign.addEventListener("click", function () {
      window.ethereum.request({ method: "personal_sign", params: [sign.dataset.text, sign.dataset.wallet] }).then(function (signature) {
        document.getElementById("signature").value = signature;
      });
    });
  }
})();

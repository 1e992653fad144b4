// The camera leads through the pictures of the face. An enhancement only: what it takes goes into the file inputs that are
// on the page anyway, and without it, without a camera, or without leave to use it, those are used by hand.
(function () {
  "use strict";
  var box = document.getElementById("camera");
  var devices = navigator.mediaDevices;
  if (!box || !devices || !devices.getUserMedia || !window.DataTransfer || !HTMLCanvasElement.prototype.toBlob) return;
  var part = function (name) { return box.querySelector("[data-camera=" + name + "]"); };
  var view = box.querySelector(".camera-view"), video = box.querySelector("video");
  var ask = box.querySelector(".camera-ask"), count = box.querySelector(".camera-count");
  var start = part("start"), shoot = part("shoot"), stop = part("stop"), refused = part("refused");
  var cards = Array.prototype.slice.call(document.querySelectorAll(".picture[data-for]"));
  var queue = [], total = 0, stream = null;
  if (!cards.length) return;
  box.hidden = false;

  function input(card) { return document.getElementById(card.dataset.for); }
  function filled(card) { return "held" in card.dataset || input(card).files.length > 0; }

  function show(on) {
    view.hidden = shoot.hidden = stop.hidden = !on;
    start.hidden = on;
  }
  function next() {
    if (!queue.length) { finish(); return; }
    count.textContent = box.dataset.count.replace("{now}", total - queue.length + 1).replace("{all}", total);
    ask.textContent = queue[0].dataset.ask;
  }
  function close() {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = video.srcObject = null;
    show(false);
    count.textContent = ask.textContent = "";
  }
  function finish() {
    close();
    ask.textContent = box.dataset.done;
    box.closest("form").querySelector(":scope > .actions .button").focus();
  }
  function open(wanted) {
    queue = wanted;
    total = queue.length;
    refused.hidden = true;
    start.disabled = true;
    devices.getUserMedia({ audio: false, video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } } }).then(function (got) {
      stream = video.srcObject = got;
      return video.play();
    }).then(function () {
      start.disabled = false;
      show(true);
      next();
      shoot.focus();
      box.scrollIntoView({ block: "start" });
    }).catch(function () {
      start.disabled = false;
      close();
      refused.hidden = false;
    });
  }

  // keep puts a picture into the input of its card, and shows it there.
  function keep(card, canvas, blob) {
    var files = new DataTransfer();
    files.items.add(new File([blob], input(card).name.replace(/[^a-z_]+/g, "-").replace(/-$/, "") + ".jpg", { type: "image/jpeg" }));
    input(card).files = files.files;
    var shown = card.querySelector(".shot");
    if (!shown) {
      shown = document.createElement("div");
      shown.className = "shot";
      var text = document.createElement("p");
      text.textContent = box.dataset.taken;
      var again = document.createElement("button");
      again.type = "button";
      again.className = "link";
      again.textContent = box.dataset.again;
      again.setAttribute("aria-label", box.dataset.again + ": " + card.dataset.ask);
      again.addEventListener("click", function () { open([card]); });
      text.appendChild(again);
      shown.appendChild(text);
      card.querySelector(".picture-head").after(shown);
      input(card).addEventListener("change", function () { shown.remove(); });
    }
    var old = shown.querySelector("canvas");
    if (old) old.remove();
    canvas.setAttribute("aria-hidden", "true");
    shown.prepend(canvas);
  }

  start.addEventListener("click", function () {
    var wanted = cards.filter(function (card) { return !filled(card); });
    open(wanted.length ? wanted : cards.slice());
  });
  stop.addEventListener("click", close);
  shoot.addEventListener("click", function () {
    if (!video.videoWidth || !queue.length) return;
    var card = queue[0], canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    shoot.disabled = true;
    canvas.toBlob(function (blob) {
      shoot.disabled = false;
      if (!blob || queue[0] !== card) return;
      keep(card, canvas, blob);
      queue.shift();
      next();
    }, "image/jpeg", 0.9);
  });
  window.addEventListener("pagehide", close);
})();

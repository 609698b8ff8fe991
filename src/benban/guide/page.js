(function () {
  "use strict";
  var root = document.documentElement;
  var form = document.getElementById("fill");
  if (!form) { return; }
  root.className = "js";
  var stop = document.getElementById("stop");
  var texts = Array.prototype.slice.call(document.querySelectorAll("article.text"));
  var chosen = "";

  function answer(name) {
    var marked = form.querySelector('input[name="' + name + '"]:checked');
    return marked ? marked.value : "";
  }
  function asked(name) { return form.querySelector('input[name="' + name + '"]') !== null; }
  function typed(place) { return document.getElementById("in-" + place).value.trim(); }

  function reasonToStop() {
    var ages = ["adult-now", "adult-in-picture", "nobody-doubts"].filter(asked);
    var all = ages.concat(["intimate", "speech"]);
    var closes = function (name) { return answer(name) === "no" || answer(name) === "unsure"; };
    if (ages.some(closes)) { return "minor"; }
    if (answer("speech") === "yes" || answer("speech") === "unsure") { return "speech"; }
    if (closes("intimate")) { return "intimate"; }
    return all.every(answer) ? "" : "unanswered";
  }
  function hostOf(address) {
    var found = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^\/?#@]*@)?([^\/?#:]+)/i.exec(address);
    return found ? found[1] : "";
  }
  function values() {
    var today = new Date();
    var two = function (number) { return (number < 10 ? "0" : "") + number; };
    var address = typed("address");
    return {
      address: address, host: hostOf(address), seen: typed("seen"), name: typed("name"),
      contact: typed("contact"),
      signed_on: today.getFullYear() + "-" + two(today.getMonth() + 1) + "-" + two(today.getDate())
    };
  }
  function show() {
    var reason = reasonToStop();
    stop.hidden = reason === "";
    Array.prototype.forEach.call(stop.children, function (line) {
      line.hidden = line.getAttribute("data-stop") !== reason;
    });
    var given = values();
    texts.forEach(function (text) {
      text.classList.toggle("chosen", reason === "" && text.getAttribute("data-text") === chosen);
      Array.prototype.forEach.call(text.querySelectorAll("pre [data-place]"), function (place) {
        place.textContent = given[place.getAttribute("data-place")] || place.getAttribute("data-empty");
      });
      var boxes = Array.prototype.slice.call(text.querySelectorAll(".statements input"));
      var places = Array.prototype.slice.call(text.querySelectorAll("pre [data-place]"));
      var open = places.some(function (place) {
        var name = place.getAttribute("data-place");
        return name !== "seen" && !given[name];
      });
      var ready = !open && boxes.every(function (box) { return box.checked; });
      text.querySelector(".copy").disabled = !ready;
      var told = text.querySelector(".told");
      told.textContent = ready ? "" : told.getAttribute("data-missing");
    });
  }
  function copy(text, words, node) {
    var told = text.querySelector(".told");
    var done = function () { told.textContent = told.getAttribute("data-copied"); };
    var select = function () {
      var range = document.createRange();
      range.selectNodeContents(node);
      var marked = window.getSelection();
      marked.removeAllRanges();
      marked.addRange(range);
      var worked = false;
      try { worked = document.execCommand("copy"); } catch (error) { worked = false; }
      if (worked) { done(); } else { told.textContent = told.getAttribute("data-select"); }
    };
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(words).then(done, select);
    } else { select(); }
  }
  function wipe() {
    form.reset();
    chosen = "";
    Array.prototype.forEach.call(document.querySelectorAll(".statements input"), function (box) {
      box.checked = false;
    });
    show();
  }

  document.addEventListener("input", show);
  document.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  function goTo(section) {
    section.setAttribute("tabindex", "-1");
    section.scrollIntoView();
    section.focus({ preventScroll: true });
  }
  // Neither the history nor the way back tells where somebody went, and leaving leaves all of it.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || link.id === "leave") { return; }
    event.preventDefault();
    if (link.classList.contains("write")) {
      chosen = link.getAttribute("data-text");
      show();
      goTo(document.getElementById("texts"));
    } else if (link.getAttribute("href").charAt(0) === "#") {
      goTo(document.getElementById(link.getAttribute("href").slice(1)));
    } else {
      window.location.replace(link.href);
    }
  });
  texts.forEach(function (text) {
    var body = text.querySelector("pre");
    var subject = text.querySelector("h3 [lang]");
    text.querySelector(".copy").addEventListener("click", function () {
      copy(text, body.textContent, body);
    });
    text.querySelector(".copy-subject").addEventListener("click", function () {
      copy(text, subject.textContent, subject);
    });
  });
  var print = document.getElementById("print");
  print.hidden = false;
  print.addEventListener("click", function () {
    // It stays: on a phone print() returns before the page is drawn, and only paper sees the class.
    document.body.classList.add("sheet-only");
    window.print();
  });
  document.getElementById("leave").addEventListener("click", function (event) {
    event.preventDefault();
    wipe();
    root.textContent = "";
    window.location.replace("about:blank");
  });
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { wipe(); } });
  show();
}());

"use strict";
// What script adds to pages that work without it. Nothing here keeps anything in the browser.

const root = document.documentElement;

// --- Leave: the page is covered first, in the same turn, before anything is asked -----------
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("k") : null;

function cover() {
  // Whatever listens, ends: nobody is heard by a page that cannot be seen.
  window.dispatchEvent(new Event("covered"));
  root.replaceChildren();
  document.title = "";
  window.stop();
}

function leave() {
  cover();
  // The other pages of this browser cover themselves in the same moment.
  if (tabs) tabs.postMessage("left");
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/exit";
  const body = document.createElement("body");
  body.append(form);
  root.append(body);
  // One frame later, so that what is seen is blank although the program may be busy.
  requestAnimationFrame(() => setTimeout(() => form.submit(), 0));
}

if (tabs) tabs.addEventListener("message", cover);
for (const form of document.querySelectorAll("form[data-lock]")) {
  form.addEventListener("submit", () => tabs && tabs.postMessage("locked"));
}

for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
}

let shifts = [];
window.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    shifts = [];
  } else if (!event.repeat) {
    const now = performance.now();
    shifts = shifts.filter((at) => now - at < 5000).concat(now);
    if (shifts.length >= 3) leave();
  }
  const dots = document.querySelector(".leave-dots");
  if (dots) {
    dots.hidden = shifts.length === 0;
    dots.dataset.count = String(shifts.length);
  }
}, true);

// --- Rest: each page asks whether it may still be seen, and says whether somebody is here ------
let isHere = false;
let failures = 0;
for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
  window.addEventListener(kind, () => { isHere = true; }, { capture: true, passive: true });
}

async function ask() {
  const path = isHere ? "/here" : "/here?quiet=1";
  isHere = false;
  try {
    const answer = await fetch(path);
    failures = 0;
    if (answer.status === 404) return cover();
    if (answer.ok && (await answer.text()) !== root.dataset.locks) {
      cover();
      location.replace("/rest?quiet=1");
      return;
    }
  } catch {
    // The program ended. One failure may be this page on its way to the next one.
    failures += 1;
    if (failures >= 2) return cover();
  }
  setTimeout(ask, failures ? 500 : 2000);
}
setTimeout(ask, 2000);

// What the browser may keep of a page that was left is nothing.
window.addEventListener("pagehide", (event) => {
  if (event.persisted) cover();
});

// A page that the browser kept after all is asked for anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    root.replaceChildren();
    location.reload();
  }
});

// --- Drafts: what is being written is kept, encrypted, without a button ----------------------
for (const form of document.querySelectorAll("form[data-draft]")) {
  let kept = read(form);
  const keep = () => {
    const now = read(form);
    if (now === kept) return;
    kept = now;
    fetch("/draft/" + form.dataset.draft, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: now,
      keepalive: true,
    }).then((answer) => say(form, answer.ok && !answer.redirected)).catch(() => say(form, false));
  };
  form.addEventListener("focusout", keep);
  const timer = setInterval(keep, 5000);
  form.addEventListener("submit", () => clearInterval(timer));
}

function read(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "form") fields.append(name, value);
  }
  return fields.toString();
}

function say(form, isKept) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = !isKept;
}

// --- Jobs: the part that says how far it is is fetched anew ----------------------------------
const job = document.querySelector("[data-job]");
// One that is over stays as it is: a page that comes anew takes the focus from who moves by keys.
if (job && job.dataset.over !== "yes") {
  const look = async () => {
    const answer = await fetch(job.dataset.job + "?quiet=1").catch(() => null);
    if (answer && answer.redirected) {
      location.replace(answer.url);
      return;
    }
    if (answer && answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-job]");
      if (!fresh || fresh.dataset.over === "yes" || fresh.dataset.asks !== job.dataset.asks) {
        location.reload();
        return;
      }
      job.replaceChildren(...fresh.childNodes);
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}

// --- An unveiled picture is seen only while it is held, and not for longer than its time -------
for (const box of document.querySelectorAll("details[data-look]")) {
  const line = box.querySelector("summary");
  box.hidden = false;
  for (const hint of document.querySelectorAll("[data-look-hint]")) hint.hidden = false;
  let picture = null;
  const see = () => {
    if (!picture) {
      picture = document.createElement("img");
      picture.src = box.dataset.look;
      picture.alt = box.dataset.alt;
      box.append(picture);
    }
    box.open = true;
  };
  const cease = () => { box.open = false; };
  line.addEventListener("click", (event) => event.preventDefault());
  line.addEventListener("contextmenu", (event) => event.preventDefault());
  line.addEventListener("pointerdown", (event) => {
    line.setPointerCapture(event.pointerId);
    see();
  });
  line.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      see();
    }
  });
  for (const kind of ["pointerup", "pointercancel", "keyup", "blur"]) {
    line.addEventListener(kind, cease);
  }
  window.addEventListener("blur", cease);
  document.addEventListener("visibilitychange", cease);
  setTimeout(() => {
    cease();
    if (picture) picture.remove();
    location.replace(box.dataset.back);
  }, 120000);
}

// --- The queue: j and k go from case to case, o opens; never while somebody types -------------
const rows = [...document.querySelectorAll("tr[data-row] [data-open]")];
if (rows.length) {
  window.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element)) return;
    const typed = event.target.closest("input, select, textarea, [contenteditable]");
    const isTyping = typed && typed.type !== "checkbox";
    if (isTyping || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const here = event.target.closest("tr[data-row]");
    const at = here ? rows.indexOf(here.querySelector("[data-open]")) : -1;
    if (event.key === "j") rows[Math.min(at + 1, rows.length - 1)].focus();
    if (event.key === "k") rows[Math.max(at - 1, 0)].focus();
    if (event.key === "o" && at >= 0) rows[at].click();
  });
}

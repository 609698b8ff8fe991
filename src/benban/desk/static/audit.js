"use strict";
// Sorting without a new page for each photo, and by single keys. Without it the buttons do the same.

const box = document.querySelector("[data-sort]");
const said = document.querySelector("[data-said]");
const keys = document.querySelector("[data-switch]");
// Pictures that were asked for ahead, by their address; the page itself is the only place they are in.
const ready = new Map();
let isSending = false;

function fetchAhead() {
  const wanted = box.dataset.ahead.split(" ").filter(Boolean);
  const shown = box.querySelector("img");
  for (const address of ready.keys()) {
    if (!wanted.includes(address) && !(shown && shown.getAttribute("src") === address)) {
      ready.delete(address);
    }
  }
  for (const address of wanted) {
    if (ready.has(address)) continue;
    const picture = new Image();
    picture.src = address;
    ready.set(address, picture);
  }
}

function watchPicture() {
  const shown = box.querySelector("img");
  if (!shown) return;
  const lose = () => {
    const card = document.createElement("p");
    card.className = "card";
    card.textContent = shown.dataset.lost;
    shown.replaceWith(card);
  };
  if (shown.complete && !shown.naturalWidth) lose();
  else shown.addEventListener("error", lose);
}

function put(fresh) {
  const picture = fresh.querySelector("img");
  const kept = picture && ready.get(picture.getAttribute("src"));
  if (kept) {
    kept.alt = picture.alt;
    kept.dataset.lost = picture.dataset.lost;
    picture.replaceWith(kept);
  }
  const focused = box.contains(document.activeElement) ? document.activeElement.value : null;
  box.dataset.ahead = fresh.dataset.ahead;
  box.replaceChildren(...fresh.childNodes);
  if (focused) {
    const same = [...box.querySelectorAll("button")].find((one) => one.value === focused);
    (same || box.querySelector("button, a")).focus();
  }
  // Read aloud; on the screen the words stand in the box.
  said.textContent = box.querySelector("[data-say]").textContent;
  watchPicture();
  fetchAhead();
}

async function send(button) {
  const fields = new URLSearchParams(new FormData(button.form));
  fields.set(button.name, button.value);
  const answer = await fetch(button.form.getAttribute("action"), { method: "POST", body: fields });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-sort]");
  if (!answer.ok || !fresh) return location.assign(answer.url);
  // The leave to see them ran out, or the page says something else: shown anew as a whole.
  if (fresh.dataset.seen !== box.dataset.seen) return location.assign(answer.url);
  put(fresh);
}

async function press(key) {
  const button = box.querySelector(`button[data-key="${key}"]`);
  // Pressed twice: the next photo was not seen yet, so nothing is said about it.
  if (!button || isSending) return;
  isSending = true;
  try {
    await send(button);
  } catch {
    location.reload();
  } finally {
    isSending = false;
  }
}

if (box) {
  box.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-key]");
    if (!button) return;
    event.preventDefault();
    press(button.dataset.key);
  });
  window.addEventListener("keydown", (event) => {
    if (box.dataset.keys !== "on" || !/^[0-3]$/.test(event.key) || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    press(event.key);
  });
  window.addEventListener("covered", () => ready.clear());
  keys.hidden = false;
  said.classList.add("only-heard");
  watchPicture();
  fetchAhead();
}

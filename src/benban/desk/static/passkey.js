"use strict";
// Asks the browser for a passkey. Without this file the page offers the app's code alone.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function readOptions(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list || []) one.id = toBytes(one.id);
  }
  return options;
}

function writeAnswer(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
  });
}

async function ask(form) {
  const answer = await fetch(form.dataset.passkey, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  // A page instead: the session is over.
  if (answer.redirected || !answer.ok) return location.reload();
  const publicKey = readOptions(await answer.json());
  const credentials = navigator.credentials;
  const credential = form.dataset.makes
    ? await credentials.create({ publicKey })
    : await credentials.get({ publicKey });
  form.elements.answer.value = writeAnswer(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const failed = form.querySelector("[data-failed]");
  const button = form.querySelector("button");
  form.hidden = false;
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    ask(form).catch(() => {
      // Cancelled, too late, or no such key: the browser does not say which.
      failed.hidden = false;
      button.disabled = false;
      button.focus();
    });
  });
}

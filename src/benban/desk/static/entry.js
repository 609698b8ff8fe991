"use strict";
// The token stands behind the "#": it never reaches a log, a history entry or another page.
const token = location.hash.slice(1);
if (token) {
  history.replaceState(null, "", "/");
  const form = document.forms[0];
  form.elements.code.value = token;
  form.submit();
}

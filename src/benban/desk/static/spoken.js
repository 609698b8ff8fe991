"use strict";
// Saying it aloud: pieces go to the desk as they come, one after the other. Nothing listens
// before the click, and nothing is kept in the browser once it was taken.

// What a crash may take, and how long one sitting may last without a word from anybody.
const PIECE_MS = 3000;
const MOST_MS = 60 * 60 * 1000;
const box = document.querySelector("[data-speak]");
const can = window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;

if (box && can) {
  const find = (name) => box.querySelector("[data-" + name + "]");
  const told = [...box.querySelectorAll("[data-say]")];
  const tell = (which) => { for (const one of told) one.hidden = one.dataset.say !== which; };
  const waiting = [];
  let recorder = null;
  let ear = null;
  let sent = 0;
  let isSending = false;
  let isStopped = false;
  let isOver = false;
  let heard = null;
  box.hidden = false;

  const silence = () => {
    if (recorder && recorder.state !== "inactive") recorder.stop();
    if (ear) for (const track of ear.getTracks()) track.stop();
    if (heard) heard.close();
    ear = heard = null;
  };

  const give = async () => {
    if (isSending) return;
    isSending = true;
    while (waiting.length) {
      const fields = new URLSearchParams({
        recording: box.dataset.recording,
        number: String(sent),
        piece: await read(waiting[0]),
      });
      const answer = await fetch(box.dataset.speak + "/piece", { method: "POST", body: fields })
        .catch(() => null);
      if (answer && answer.status === 204) {
        waiting.shift();
        sent += 1;
        if (recorder.state === "recording") tell("listening");
      } else if (answer) {
        // Destroyed in another tab, locked, or as long as it may be: what came before is kept.
        waiting.length = 0;
        isOver = true;
        silence();
        tell("ended");
      } else {
        tell(isStopped ? "after" : "waiting");
        await new Promise((again) => setTimeout(again, 1000));
      }
    }
    isSending = false;
    if (isStopped && sent && !isOver) location.assign(box.dataset.speak + "/" + box.dataset.recording);
  };

  const read = async (blob) => {
    let text = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
    return btoa(text);
  };

  const show = () => {
    // The level is a length and the time is in figures: neither is told by colour alone.
    const scale = heard.createAnalyser();
    const values = new Uint8Array(scale.fftSize);
    const begun = performance.now();
    heard.createMediaStreamSource(ear).connect(scale);
    const look = () => {
      if (!heard) return;
      scale.getByteTimeDomainData(values);
      let most = 0;
      for (const one of values) most = Math.max(most, Math.abs(one - 128));
      const passed = performance.now() - begun;
      const seconds = Math.floor(passed / 1000);
      box.querySelector("progress").value = Math.min(100, most * 2);
      find("time").textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
      if (passed > MOST_MS) return silence();
      setTimeout(look, 200);
    };
    look();
  };

  find("start").addEventListener("click", async () => {
    // A second click while the browser asks would open a second microphone that nobody stops.
    find("start").disabled = true;
    try {
      ear = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = new MediaRecorder(ear, { audioBitsPerSecond: 24000 });
    } catch {
      silence();
      find("start").disabled = false;
      tell("refused");
      return;
    }
    recorder.addEventListener("dataavailable", (event) => {
      if (event.data.size) waiting.push(event.data);
      give();
    });
    // The last piece comes before this event.
    recorder.addEventListener("stop", () => {
      isStopped = true;
      find("stop").hidden = find("heard").hidden = true;
      if (!isOver) tell("after");
      give();
    });
    recorder.start(PIECE_MS);
    heard = new AudioContext();
    find("start").hidden = true;
    find("stop").hidden = find("heard").hidden = false;
    find("stop").focus();
    tell("listening");
    show();
  });
  find("stop").addEventListener("click", silence);
  for (const kind of ["covered", "pagehide"]) window.addEventListener(kind, silence);
}

// Small comforts on top of a page that is whole without them. Nothing leaves the page, and nothing is stored about you.
"use strict";

const language = document.documentElement.lang;

// The same moment on the reader's own clock, where that one differs from the event's.
for (const line of document.querySelectorAll("[data-from]")) {
  const from = new Date(line.dataset.from);
  const to = new Date(line.dataset.to || line.dataset.from);
  // In a timetable the day is known, as long as it is the same one for the reader.
  const known = "short" in line.dataset && [from, to].every(each => each.getDate() === +line.dataset.from.slice(8, 10));
  const format = new Intl.DateTimeFormat({ es: "es-419", pt: "pt-BR" }[language] || language, {
    ...(known ? {} : { weekday: "long", day: "numeric", month: "long" }),
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const [, sign, hours, minutes] = line.dataset.from.match(/([+-])(\d\d):(\d\d)$/);
  const offset = (sign + "1") * (60 * hours + +minutes);
  if (offset !== -from.getTimezoneOffset() && format.formatRange) {
    // "UTC−6" as everywhere on our pages, and in one piece, instead of "GMT-6".
    line.lastElementChild.textContent = format.formatRange(from, to).replace(/GMT-(?=\d)/, "UTC\u2212").replace(/GMT\+(?=\d)/, "UTC+");
    line.hidden = false;
  }
}

// Copying, and the telephone's own way to share. The button says what happened, and screen readers hear it.
function answer(button) {
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = before; }, 4000);
}
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(() => answer(button), () => {}));
}
for (const field of document.querySelectorAll("[data-whole]")) {
  field.addEventListener("focus", () => field.select());
}
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}));
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Before a form leaves the page: is anybody there? Where the line is down the page stays, with all that was typed in it.
for (const form of document.querySelectorAll("form[data-guard]")) {
  const lost = document.getElementById(form.dataset.guard);
  let state = "idle";
  form.addEventListener("submit", async (sending) => {
    if (state === "sending") return;
    sending.preventDefault();
    if (state === "asking") return;
    state = "asking";
    lost.hidden = true;
    const button = sending.submitter;
    button?.setAttribute("aria-busy", "true");
    try {
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(10000) });
      state = "sending";
      if (form.requestSubmit) form.requestSubmit(button);
      else form.submit(); // Safari before 16, which is the last one for many a telephone
      setTimeout(() => { state = "idle"; }, 2000);
    } catch {
      state = "idle";
      lost.hidden = false;
      lost.focus();
    }
    button?.removeAttribute("aria-busy");
  });
}

// One page of ours is kept for the moment when there is no line at all; it holds nothing about anybody.
if ("serviceWorker" in navigator && document.querySelector("link[rel=canonical]")) {
  addEventListener("load", () => navigator.serviceWorker.register(`/sw.js?lang=${language}`).catch(() => {}));
}

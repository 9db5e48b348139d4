// Beside the time of an event stands the same moment on the reader's own clock, where that one differs.
// Nothing leaves the page, and nothing is missing without this script.
"use strict";

for (const line of document.querySelectorAll("[data-from]")) {
  const from = new Date(line.dataset.from);
  const to = new Date(line.dataset.to);
  const language = document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language === "es" ? "es-419" : language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const [, sign, hours, minutes] = line.dataset.from.match(/([+-])(\d\d):(\d\d)$/);
  const offset = (sign + "1") * (60 * hours + +minutes);
  if (offset !== -from.getTimezoneOffset() && format.formatRange) {
    line.lastElementChild.textContent = format.formatRange(from, to);
    line.hidden = false;
  }
}

// <script async src="https://events.example.org/embed.js" data-event="assembly"></script>
// Puts a card, a form (data-view="form") or a list where the script stands, and keeps the frame as tall as its page.
// A list: data-view="list", of one organization, programme or tag with data-organization, data-programme or data-tag.
// It sets no cookie, keeps nothing, and does not say which page it stands on.
"use strict";

(() => {
  const script = document.currentScript;
  const { origin } = new URL(script.src);
  const { event, view, lang, title } = script.dataset;
  const patience = 8000; // a frame that was loaded, and says nothing for so long, was refused by the browser

  const path = () => {
    for (const kind of ["organization", "programme", "tag"]) {
      if (script.dataset[kind]) return `/embed/lists/${kind}s/${encodeURIComponent(script.dataset[kind])}`;
    }
    if (!event) return "/embed/lists/all";
    return `/embed/${encodeURIComponent(event)}${view === "form" ? "/register" : ""}`;
  };

  const frame = document.createElement("iframe");
  frame.src = origin + path() + (lang ? `?lang=${encodeURIComponent(lang)}` : "");
  frame.title = title || event || new URL(origin).host;
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.width = "100%";
  frame.height = { form: 1100, list: 640 }[view] || 460; // about as tall as it will be, so that little jumps
  frame.style.border = "0";
  frame.style.colorScheme = "light dark"; // as the page inside: else the browser paints a ground behind it

  let heard = false;
  let pages = 0;

  addEventListener("message", (message) => {
    const { data } = message;
    if (message.source !== frame.contentWindow || message.origin !== origin || data?.source !== "eventsvc") return;
    heard = true;
    if (data.height > 0 && data.height < 30000) frame.height = Math.ceil(data.height);
    if (data.title) frame.title = String(data.title);
  });

  frame.addEventListener("load", () => {
    pages += 1;
    if (pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    setTimeout(() => {
      if (heard) return;
      const link = document.createElement("a");
      link.href = event ? `${origin}/e/${encodeURIComponent(event)}` : origin;
      link.textContent = title || link.href;
      frame.replaceWith(link);
    }, patience);
  });

  script.after(frame);
})();

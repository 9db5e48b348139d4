// <script async src="https://events.example.org/embed.js" data-event="assembly"></script>
// Puts a card, a form (data-view="form") or a list where the script stands, and keeps the frame as tall as its page.
// A list: data-view="list", of one organization, programme or tag with data-organization, data-programme or data-tag.
// Without any of these it keeps the frames in size that stand on the page already.
// It sets no cookie, stores nothing, and does not say which page it stands on.
"use strict";

(() => {
  const script = document.currentScript;
  const { origin } = new URL(script.src);
  const { event, organization, programme, tag, view, lang, title } = script.dataset;
  const patience = 8000; // a frame that was loaded, and says nothing for so long, was refused by the browser

  function path() {
    for (const [kind, slug] of Object.entries({ organization, programme, tag })) {
      if (slug) return `/embed/lists/${kind}s/${encodeURIComponent(slug)}`;
    }
    return event ? `/embed/${encodeURIComponent(event)}${view === "form" ? "/register" : ""}` : "/embed/lists/all";
  }

  function made() {
    const frame = document.createElement("iframe");
    frame.src = origin + path() + (lang ? `?lang=${encodeURIComponent(lang)}` : "");
    frame.title = title || event || new URL(origin).host;
    frame.loading = "lazy";
    frame.referrerPolicy = "no-referrer";
    frame.width = "100%";
    frame.height = { form: 1100, list: 640 }[view] || 460; // about as tall as it will be, so that little jumps
    frame.style.border = "0";
    return frame;
  }

  function keepInSize(frame) {
    let heard = false;
    let pages = 0;
    addEventListener("message", ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin || data?.source !== "eventsvc") return;
      heard = true;
      if (data.height > 0 && data.height < 30000) frame.height = Math.ceil(data.height);
      if (data.title) frame.title = String(data.title);
    });
    frame.addEventListener("load", () => {
      pages += 1;
      if (pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    });
    return () => heard;
  }

  if (event || organization || programme || tag || view) {
    const frame = made();
    const heard = keepInSize(frame);
    const leaveALink = () => {
      if (heard()) return;
      const link = document.createElement("a");
      link.href = event ? `${origin}/e/${encodeURIComponent(event)}` : origin;
      link.textContent = title || link.href;
      frame.replaceWith(link);
    };
    frame.addEventListener("load", () => setTimeout(leaveALink, patience), { once: true });
    script.after(frame);
  } else {
    const adopt = () => {
      for (const frame of document.querySelectorAll(`iframe[src^="${origin}/embed/"]:not([sandbox])`)) {
        keepInSize(frame);
        frame.contentWindow?.postMessage({ source: "eventsvc" }, "*"); // it may have spoken before we listened
      }
    };
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", adopt);
    else adopt();
  }
})();

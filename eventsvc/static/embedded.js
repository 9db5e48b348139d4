// Inside a frame of somebody else's page: says how tall this page is, and what it is called, whenever that changes.
// Two ways of saying it: our own, which embed.js hears, and that of WordPress, which gives a secret behind the `#`.
"use strict";

if (window.parent !== window) {
  let secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");

  const say = (message) => window.parent.postMessage(message, "*"); // nothing in it that anybody may not know

  const measure = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    say({ source: "eventsvc", height, title: document.title });
    if (secret) say({ message: "height", value: height, secret });
  };

  // Not by the observer alone: a frame that is hidden until it has spoken, as in WordPress, is never laid out for it.
  measure();
  addEventListener("load", measure);
  new ResizeObserver(measure).observe(document.documentElement);

  // The page around may have begun to listen after we had spoken: then it says so, each in its own way.
  addEventListener("message", ({ source, data }) => {
    if (source !== window.parent) return;
    if (data?.message === "ready" && /^[0-9a-z]+$/i.test(data.secret)) secret = data.secret;
    if (data?.message === "ready" || data?.source === "eventsvc") measure();
  });

  // The sandbox in which WordPress keeps foreign frames opens no tabs; the page around it follows the link instead.
  document.addEventListener("click", (click) => {
    const link = click.target.closest("a[href^='http'], a[href^='/']");
    if (secret && link) {
      click.preventDefault();
      say({ message: "link", value: link.href, secret });
    }
  });

  // A form that came back: what is wrong with it comes into sight, on the page around it too.
  document.querySelector(".problem:not([hidden])")?.focus();
}

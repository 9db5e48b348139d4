// Answers only where the network does not: with one page that says so. It keeps that page and its style sheet, nothing else.
"use strict";

const page = `/${new URL(location).searchParams.get("lang")}/offline`;
const KEPT = "offline" + page;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const answer = await fetch(page, { cache: "no-cache" });
    const sheet = (await answer.clone().text()).match(/\/static\/style\.css\?v=\w+/)[0];
    const kept = await caches.open(KEPT);
    await Promise.all([kept.put(page, answer), kept.add(sheet)]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await Promise.all((await caches.keys()).filter((name) => name !== KEPT).map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // Back to what came of a form: the browser asks whether to send it again, which has nothing to do with the line.
  if (request.isHistoryNavigation && request.method === "POST") return;
  if (request.mode === "navigate") {
    event.respondWith((async () => {
      try {
        return (await event.preloadResponse) || (await fetch(request));
      } catch {
        return (await caches.match(page)) || Response.error();
      }
    })());
  } else if (request.destination === "style") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) || Response.error()));
  }
});

// Looks at pages with Lighthouse, as it does by default: a slow phone on a slow line. Arguments: the folder of the
// packages, the port of a browser, the addresses. On standard output, by address: a score for each category, what has
// not the full score, and what the figures of loading were. Nothing is reported to anybody.
import { pathToFileURL } from "node:url";

const [box, port, ...addresses] = process.argv.slice(2);
const { default: lighthouse } = await import(pathToFileURL(`${box}/node_modules/lighthouse/core/index.js`));
const OPTIONS = {
  port: Number(port),
  output: "json",
  logLevel: "error",
  onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
};
const TIMES = ["first-contentful-paint", "largest-contentful-paint", "speed-index", "total-blocking-time", "cumulative-layout-shift"];

function seen({ lhr }) {
  if (lhr.runtimeError) throw new Error(`${lhr.requestedUrl}: ${lhr.runtimeError.message}`);
  const scores = {};
  const short = {};
  for (const category of Object.values(lhr.categories)) {
    scores[category.id] = Math.round(category.score * 100);
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight && audit.score !== null && audit.score < 1) short[id] = places(audit);
    }
  }
  const times = Object.fromEntries(TIMES.map((id) => [id, lhr.audits[id].displayValue]));
  const blocking = (lhr.audits["render-blocking-insight"]?.details?.items ?? []).map((item) => item.url);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue;
  return { scores, short, times, blocking, shift };
}

function places(audit) {
  const where = (audit.details?.items ?? []).map((item) => item.node?.snippet ?? item.url ?? item.description ?? "");
  return [audit.title, audit.displayValue ?? "", ...where.slice(0, 5)].filter(Boolean).join(" | ");
}

const found = {};
for (const address of addresses) {
  found[address] = seen(await lighthouse(address, OPTIONS));
}
process.stdout.write(JSON.stringify(found));

// Reads pages with html-validate: on standard input a JSON object of pages by name, on standard output what is wrong
// with each, by the same name.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { HtmlValidate, StaticConfigLoader } = createRequire(process.argv[2] + "/")("html-validate");
const RULES = JSON.parse(process.argv[3]);

const reader = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"],
    rules: RULES,
  }),
);
const found = {};
for (const [name, html] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const report = await reader.validateString(html);
  const said = report.results.flatMap((result) => result.messages);
  if (said.length) found[name] = said.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
}
process.stdout.write(JSON.stringify(found));

// Reads calendar files with ical.js: one JSON string a line on standard input, one JSON answer a line on standard output.
import { createInterface } from "node:readline";

const ICAL = (await import(process.argv[2])).default;
const TEXTS = ["uid", "summary", "description", "location", "url", "status", "transp", "sequence"];

function event(component) {
  const said = { starts: moment(component, "dtstart"), ends: moment(component, "dtend") };
  for (const name of TEXTS) said[name] = component.getFirstPropertyValue(name);
  said.organizer = component.getFirstProperty("organizer")?.getParameter("cn") ?? "";
  said.categories = component.getFirstProperty("categories")?.getValues() ?? [];
  return said;
}

function moment(component, name) {
  const time = component.getFirstPropertyValue(name);
  return { unix: time.toUnixTime(), zone: time.zone.tzid };
}

function read(file) {
  const root = new ICAL.Component(ICAL.parse(file));
  return {
    name: root.getFirstPropertyValue("x-wr-calname"),
    method: root.getFirstPropertyValue("method"),
    events: root.getAllSubcomponents("vevent").map(event),
  };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (fault) {
    answer = { fault: String(fault) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}

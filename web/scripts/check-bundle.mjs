// What must hold of the bundle: the files that the program embeds, nothing that a strict content security policy forbids, and nothing
// that would end a script element when a report carries the script in itself.
import { readFileSync, readdirSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const faults = [];
const check = (isSo, fault) => isSo || faults.push(fault);

const files = readdirSync(dist).sort().join();
check(files === "LICENCES.txt,app.css,app.js,index.html", `dist has ${files}.`);
const [html, script, style] = ["index.html", "app.js", "app.css"].map(name =>
  readFileSync(new URL(name, dist), "utf8"),
);
check((html.match(/<script/g) ?? []).length === 1, "index.html has not exactly one script.");
check(/<script type="module"[^>]* src="\.\/app\.js"><\/script>/.test(html), "index.html does not load ./app.js.");
check(/<link rel="stylesheet"[^>]* href="\.\/app\.css">/.test(html), "index.html does not load ./app.css.");
check(!/ style=|<style| on[a-z]+=/i.test(html), "index.html has an inline style or script.");
check(!/<\/script|<!--/i.test(script), "app.js holds what ends a script element.");
check(!/\beval\(|new Function\(/.test(script), "app.js makes code of text.");
check(!/@import|url\((?!data:)/.test(style), "app.css asks for another file.");
check(!/https?:\/\/(?!www\.w3\.org\/)/.test(script + style + html), "The bundle names another host.");
for (const source of sources(new URL("../src/", import.meta.url))) {
  const makesMarkup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser/i.test(
    readFileSync(source, "utf8"),
  );
  check(!makesMarkup, `${source.pathname} makes markup of text.`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? sources(new URL(`${entry.name}/`, folder)) : [new URL(entry.name, folder)],
  );
}

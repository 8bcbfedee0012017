// Writes dist/LICENCES.txt: name, version and licence text of every package whose code is in the bundle.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const parts = Object.keys(dependencies)
  .sort()
  .map(name => {
    const folder = new URL(`node_modules/${name}/`, root);
    const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
    if (!file) {
      throw new Error(`${name} states no licence text; find it, or take another package.`);
    }

    const text = readFileSync(new URL(file, folder), "utf8").replaceAll("\r\n", "\n").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
const head = "The page of `view` and of reports is under Apache-2.0, as the whole program. It carries these packages:";
const line = "-".repeat(80);
writeFileSync(
  new URL("dist/LICENCES.txt", root),
  `${head}

${parts.join(`
${line}

`)}`,
);

// No file of the sources is longer than 300 lines, no line wider than 140 columns: what the formatter leaves alone.
import { readFileSync, readdirSync } from "node:fs";

const root = new URL("../", import.meta.url);
const faults = ["src/", "tests/", "scripts/"]
  .flatMap(folder => files(new URL(folder, root)))
  .flatMap(file => {
    const lines = readFileSync(file, "utf8").split("\n");
    const wide = lines.findIndex(line => line.length > 140);
    return [
      ...(lines.length > 301 ? [`${file.pathname} has ${lines.length - 1} lines; 300 are the most.`] : []),
      ...(wide >= 0 ? [`${file.pathname}:${wide + 1} is ${lines[wide].length} columns wide; break it at 140.`] : []),
    ];
  });
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? files(new URL(`${entry.name}/`, folder)) : [new URL(entry.name, folder)],
  );
}

// Prints the domains of npm's disposable-email-domains (both its lists), as A-labels, sorted by bytes, each once.
// Usage: node list.mjs FOLDER_OF_THE_PACKAGE
import { readFileSync } from "node:fs";
import { domainToASCII } from "node:url";

const domains = new Set();
for (const file of ["index.json", "wildcard.json"]) {
  for (const domain of JSON.parse(readFileSync(`${process.argv[2]}/${file}`, "utf8"))) {
    const ascii = domainToASCII(domain.trim());
    if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(ascii)) domains.add(ascii);
  }
}
process.stdout.write([...domains].sort().map((d) => d + "\n").join(""));

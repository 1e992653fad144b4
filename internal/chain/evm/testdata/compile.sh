#!/bin/sh
# Compiles hostile.sol with the solc of npm and writes the creation code of each contract to its own file.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-fund --no-audit --prefix "$work" solc@0.8.37
NODE_PATH="$work/node_modules" node -e '
const fs = require("fs"), solc = require("solc");
const input = {language: "Solidity", sources: {"hostile.sol": {content: fs.readFileSync("hostile.sol", "utf8")}},
  settings: {evmVersion: "paris", optimizer: {enabled: true, runs: 200}, metadata: {bytecodeHash: "none"}, outputSelection: {"*": {"*": ["evm.bytecode.object"]}}}};
const out = JSON.parse(solc.compile(JSON.stringify(input)));
for (const e of out.errors || []) { console.error(e.formattedMessage); if (e.severity === "error") process.exit(1); }
for (const [name, c] of Object.entries(out.contracts["hostile.sol"])) {
  if (name !== "Base") fs.writeFileSync(name + ".bin", c.evm.bytecode.object + "\n");
}
'

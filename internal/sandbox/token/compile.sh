#!/bin/sh
# Compiles Token.sol with the solc of npm, as `make contracts` does, and writes what is committed: Token.abi, Token.bin (creation code)
# and Token.sum (SHA-256 of the source and of the code, which a test compares).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-fund --no-audit --prefix "$work" solc@0.8.37
NODE_PATH="$work/node_modules" node -e '
const fs = require("fs"), solc = require("solc");
const input = {language: "Solidity", sources: {"Token.sol": {content: fs.readFileSync("Token.sol", "utf8")}},
  settings: {evmVersion: "paris", optimizer: {enabled: true, runs: 200}, outputSelection: {"*": {"*": ["abi", "evm.bytecode.object"]}}}};
const out = JSON.parse(solc.compile(JSON.stringify(input)));
for (const e of out.errors || []) { console.error(e.formattedMessage); if (e.severity === "error") process.exit(1); }
const c = out.contracts["Token.sol"].Token;
fs.writeFileSync("Token.abi", JSON.stringify(c.abi) + "\n");
fs.writeFileSync("Token.bin", c.evm.bytecode.object + "\n");
'
sha256sum Token.sol Token.abi Token.bin > Token.sum

// Tokenizes texts as VS Code does: [start, end, scopes] for each piece of each line.
// Arguments: node_modules, the grammar, a file of texts, the file to write.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, grammarFile, textsFile, answerFile] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const textmate = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

const wasm = readFileSync(`${modules}/vscode-oniguruma/release/onig.wasm`);
await oniguruma.loadWASM({ data: wasm });

// A rule whose only content is a grammar that is not loaded is dropped: Python needs a stand-in.
const python = {
  scopeName: "source.python",
  patterns: [{ match: "\\bdef\\b", name: "storage.type.function.python" }],
  repository: {},
};
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) =>
    scope === "source.packetflow"
      ? textmate.parseRawGrammar(readFileSync(grammarFile, "utf8"), grammarFile)
      : scope === "source.python"
        ? python
        : null,
});
const grammar = await registry.loadGrammar("source.packetflow");

function tokenized(text) {
  let stack = textmate.INITIAL;
  return text.split("\n").map((line) => {
    const found = grammar.tokenizeLine(line, stack);
    stack = found.ruleStack;
    return found.tokens.map((t) => [t.startIndex, t.endIndex, t.scopes.slice(1)]);
  });
}

const texts = JSON.parse(readFileSync(textsFile, "utf8"));
writeFileSync(answerFile, JSON.stringify(texts.map(tokenized)));

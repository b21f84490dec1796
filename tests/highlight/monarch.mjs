// Tokenizes texts by a Monarch definition, as Monaco describes the meaning of one:
// [start, end, token] for each piece of each line. What the definition does not use is left out.
// Arguments: node_modules (not used), the definition, a file of texts, the file to write.
import { readFileSync, writeFileSync } from "node:fs";

const [, definitionFile, textsFile, answerFile] = process.argv.slice(2);
const definition = JSON.parse(readFileSync(definitionFile, "utf8"));
const compiled = new Map();

function rulesOf(state) {
  if (!compiled.has(state)) {
    compiled.set(
      state,
      definition.tokenizer[state].flatMap((rule) =>
        rule.include
          ? rulesOf(rule.include.slice(1))
          : [
              {
                pattern: new RegExp(`^(?:${rule[0]})`, "u"),
                atLineStart: rule[0].startsWith("^"),
                actions: [rule[1]].flat().map((a) => (a.token === undefined ? { token: a } : a)),
                grouped: Array.isArray(rule[1]),
              },
            ],
      ),
    );
  }
  return compiled.get(state);
}

function acted(stack, action) {
  if (action.switchTo) return [...stack.slice(0, -1), action.switchTo.slice(1)];
  if (action.next === "@pop") return stack.slice(0, -1);
  if (action.next === "@popall") return stack.slice(0, 1);
  return action.next ? [...stack, action.next.slice(1)] : stack;
}

function tokenized(text) {
  let stack = [definition.start];
  let embedded = false;
  return text.split("\n").map((line) => {
    const pieces = [];
    let at = 0;
    while (at < line.length) {
      if (embedded) {
        const end = line.indexOf("```", at);
        pieces.push([at, end < 0 ? line.length : end, "python"]);
        if (end < 0) break;
        at = end;
        embedded = false;
      }
      const rest = line.slice(at);
      let match = null;
      const rule = rulesOf(stack.at(-1)).find((each) => {
        match = each.atLineStart && at > 0 ? null : each.pattern.exec(rest);
        return match !== null;
      });
      if (rule === undefined) throw new Error(`nothing matches in ${stack}: ${rest}`);
      const before = stack;
      const groups = rule.grouped ? match.slice(1) : [match[0]];
      if (groups.join("") !== match[0]) throw new Error(`groups of ${rule.pattern}`);
      rule.actions.forEach((action, place) => {
        pieces.push([at, at + groups[place].length, action.token]);
        at += groups[place].length;
        stack = acted(stack, action);
        embedded ||= action.nextEmbedded !== undefined && action.nextEmbedded !== "@pop";
      });
      if (match[0] === "" && stack === before) throw new Error(`no progress in ${stack}`);
    }
    return pieces;
  });
}

const texts = JSON.parse(readFileSync(textsFile, "utf8"));
writeFileSync(answerFile, JSON.stringify(texts.map(tokenized)));

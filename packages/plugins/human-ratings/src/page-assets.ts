import { readdir, readFile } from "node:fs/promises";

/** Script and style of the page, each one text. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** CommonJS modules written by the compiler from src/page. */
const modules = new URL("../dist/page/", import.meta.url);
const style = new URL("../assets/page.css", import.meta.url);

/** Reads the page's modules and puts them into one script, each a function under its name. */
export async function pageAssets(): Promise<PageAssets> {
  const names = (await readdir(modules)).filter((name) => name.endsWith(".js")).sort();
  const functions = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, modules), "utf8");
      return `${JSON.stringify(`./${name}`)}: function (exports, require) {\n${text}\n}`;
    }),
  );
  return { script: oneScript(functions), style: await readFile(style, "utf8") };
}

function oneScript(functions: readonly string[]): string {
  return `"use strict";
(() => {
const modules = {
${functions.join(",\n")}
};
const loaded = {};
function require(name) {
  if (!(name in loaded)) modules[name]((loaded[name] = {}), require);
  return loaded[name];
}
require("./main.js");
})();
`;
}

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { repositoryRoot, type FileBlock } from "./pages.js";

/** A folder with the pages' files in it as a reader's clone has them: the packages above, found through node_modules. */
export interface ReaderClone {
  readonly path: string;
  remove(): Promise<void>;
}

export async function makeReaderClone(blocks: readonly FileBlock[]): Promise<ReaderClone> {
  const path = await mkdtemp(join(tmpdir(), "rarl-docs-"));
  await symlink(join(repositoryRoot, "node_modules"), join(path, "node_modules"), "junction");
  await writeFile(join(path, "package.json"), '{ "type": "module" }');
  for (const { file, text } of blocks) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Compiler messages of one program, one a string. The packages are checked from their sources, so nothing is built. */
export function typeCheck(files: readonly string[], options: ts.CompilerOptions): string[] {
  const settings = { ...options, noEmit: true, customConditions: ["rarl-source"] };
  // The sources of the packages lie outside the reader's folder.
  delete settings.rootDir;
  return ts.getPreEmitDiagnostics(ts.createProgram(files, settings)).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const { file, start } = diagnostic;
    if (file === undefined) return text;
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    return `${file.fileName}:${String(line + 1)} ${text}`;
  });
}

/** Writes a project's JavaScript where its options say. */
export async function emit(project: ts.ParsedCommandLine): Promise<void> {
  const { rootDir = "", outDir = "" } = project.options;
  for (const file of project.fileNames) {
    // Transpiled by itself a file does not know the "type": "module" of its package.
    const compilerOptions = { ...project.options, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(await readFile(file, "utf8"), { compilerOptions });
    const target = join(outDir, relative(rootDir, file)).replace(/\.ts$/, ".js");
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
}

/** Files and options of a tsconfig.json. */
export async function readProject(file: string): Promise<ts.ParsedCommandLine> {
  const parsed: { config?: unknown } = ts.parseConfigFileTextToJson(file, await readFile(file, "utf8"));
  return ts.parseJsonConfigFileContent(parsed.config, ts.sys, dirname(file));
}

/** The repository's own compiler options. */
export async function repositoryOptions(): Promise<ts.CompilerOptions> {
  const { options } = await readProject(join(repositoryRoot, "tsconfig.base.json"));
  return { ...options, composite: false };
}

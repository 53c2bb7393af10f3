import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where a libtorch was found: named by the user, made by `rarl-sdk engine install`, Python's, or the system's. */
export type LibtorchOrigin = "RARL_LIBTORCH" | "installed" | "python3" | "system";

/** A libtorch with headers, so that an addon can be compiled against it. */
export interface Libtorch {
  readonly origin: LibtorchOrigin;
  /** Folder that holds `include` and the libraries, links resolved. */
  readonly root: string;
  /** Such as `2.13.0`. */
  readonly version: string;
  readonly includeFolders: readonly string[];
  readonly libraryFolder: string;
  /** Size of libtorch_cpu.so in bytes; with the version it tells an exchanged library from the one built against. */
  readonly librarySize: number;
  /** The same of libc10.so. */
  readonly baseSize: number;
  /** Value of `_GLIBCXX_USE_CXX11_ABI` that it was compiled with; old wheels say 0. */
  readonly cxx11Abi: boolean;
  readonly cuda: boolean;
}

/** What keeps a folder from being a usable libtorch. */
export interface NotLibtorch {
  readonly missing: string;
}

/**
 * Reads a folder laid out as the `torch` folder of a pip wheel, an unpacked libtorch archive, or a prefix such as /usr.
 */
export function inspectLibtorch(folder: string, origin: LibtorchOrigin): Libtorch | NotLibtorch {
  if (!existsSync(folder)) return { missing: `the folder ${folder} does not exist` };
  const root = realpathSync(folder);
  const include = join(root, "include");
  if (!existsSync(join(include, "ATen", "ATen.h"))) {
    return {
      missing: `${join(include, "ATen", "ATen.h")} does not exist; the headers are needed to compile`,
    };
  }
  const libraryFolder = libraryFolders(root).find((one) => existsSync(join(one, "libtorch_cpu.so")));
  if (libraryFolder === undefined) return { missing: `no libtorch_cpu.so lies in ${join(root, "lib")}` };
  const base = join(libraryFolder, "libc10.so");
  if (!existsSync(base)) return { missing: `${base} does not exist, so libtorch is not complete` };
  const version = headerVersion(include);
  if (version === null) return { missing: `no version.h in ${join(include, "torch")} tells its version` };
  const api = join(include, "torch", "csrc", "api", "include");
  return {
    origin,
    root,
    version,
    includeFolders: existsSync(api) ? [include, api] : [include],
    libraryFolder,
    librarySize: statSync(join(libraryFolder, "libtorch_cpu.so")).size,
    baseSize: statSync(base).size,
    cxx11Abi: usesCxx11Abi(root, libraryFolder),
    cuda: existsSync(join(libraryFolder, "libtorch_cuda.so")),
  };
}

/** `lib`, `lib64` and the folders of a multi-architecture system such as `lib/x86_64-linux-gnu`. */
function libraryFolders(root: string): string[] {
  const lib = join(root, "lib");
  const architectures = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith("-linux-gnu")) : [];
  return [lib, join(root, "lib64"), ...architectures.map((name) => join(lib, name))];
}

function headerVersion(include: string): string | null {
  for (const header of [
    join(include, "torch", "headeronly", "version.h"),
    join(include, "torch", "csrc", "api", "include", "torch", "version.h"),
  ]) {
    if (!existsSync(header)) continue;
    const text = readFileSync(header, "utf8");
    const parts = ["MAJOR", "MINOR", "PATCH"].map(
      (part) => new RegExp(`#define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1],
    );
    if (parts.every((part) => part !== undefined)) return parts.join(".");
  }
  return null;
}

function usesCxx11Abi(root: string, libraryFolder: string): boolean {
  for (const folder of [join(root, "share"), libraryFolder]) {
    const file = join(folder, "cmake", "Torch", "TorchConfig.cmake");
    if (!existsSync(file)) continue;
    const flag = /_GLIBCXX_USE_CXX11_ABI=([01])/.exec(readFileSync(file, "utf8"));
    if (flag !== null) return flag[1] === "1";
  }
  return true;
}

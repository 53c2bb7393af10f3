import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `f` with a temporary folder that is removed afterwards. */
export async function withFolder<T>(f: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "rarl-torch-"));
  try {
    return await f(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface FakeLibtorch {
  readonly version?: readonly [number, number, number];
  /** Where the library lies under the folder. */
  readonly libraries?: string;
  /** Bytes of the library. */
  readonly size?: number;
  readonly abi?: 0 | 1;
  readonly headers?: boolean;
}

/** Lays out the files of a libtorch that is looked at and never loaded. */
export async function writeLibtorch(folder: string, fake: FakeLibtorch = {}): Promise<string> {
  const { version = [2, 1, 0], libraries = "lib", size = 10, abi = 1, headers = true } = fake;
  const api = join(folder, "include", "torch", "csrc", "api", "include", "torch");
  await mkdir(api, { recursive: true });
  await mkdir(join(folder, "include", "ATen"), { recursive: true });
  if (headers) await writeFile(join(folder, "include", "ATen", "ATen.h"), "");
  const parts = ["MAJOR", "MINOR", "PATCH"].map(
    (part, i) => `#define TORCH_VERSION_${part} ${version[i]!}\n`,
  );
  await writeFile(join(api, "version.h"), parts.join(""));
  await mkdir(join(folder, libraries), { recursive: true });
  await writeFile(join(folder, libraries, "libtorch_cpu.so"), "x".repeat(size));
  await writeFile(join(folder, libraries, "libc10.so"), "");
  const cmake = join(folder, "share", "cmake", "Torch");
  await mkdir(cmake, { recursive: true });
  await writeFile(
    join(cmake, "TorchConfig.cmake"),
    `set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=${abi}")\n`,
  );
  return folder;
}

/** A folder for the PATH whose `python3` says that its torch lies in `torch`. */
export async function writePython(folder: string, torch: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const python = join(folder, "python3");
  await writeFile(python, `#!/bin/sh\necho '${torch}'\n`);
  await chmod(python, 0o755);
  return folder;
}

import path from "node:path";
import {
  applyOverrides,
  createKernel,
  loadConfigFile,
  locateUnder,
  parseConfig,
  pluginEntries,
  type Kernel,
  type RunConfig,
  type SlowTapWatch,
} from "@rarl-sdk/core";
import { firstPartyPlugins } from "./first-party.js";

export interface ConfigRequest {
  readonly file: string;
  /** `key=value`, put over the file in order. */
  readonly overrides: readonly string[];
  /** Folder that relative paths start from; that of the file when absent. */
  readonly baseDirectory?: string | undefined;
  readonly watch?: SlowTapWatch | undefined;
}

export interface OpenedConfig {
  readonly kernel: Kernel;
  readonly config: RunConfig;
  readonly baseDirectory: string;
}

/**
 * A configuration and the plugins it names, loaded and checked.
 * @throws RarlError what `loadConfigFile`, `applyOverrides`, `createKernel` and `parseConfig` throw
 */
export async function openConfig(request: ConfigRequest): Promise<OpenedConfig> {
  const { file, overrides, watch } = request;
  const loaded = await loadConfigFile(file);
  const changed = applyOverrides(loaded.raw, overrides);
  const locate = locateUnder(loaded.locate, overrides);
  const baseDirectory = path.resolve(request.baseDirectory ?? loaded.baseDirectory);
  const plugins = pluginEntries(changed, file, locate);
  const kernel = await createKernel({
    builtins: firstPartyPlugins,
    plugins,
    baseDirectory,
    ...(watch && { watch }),
  });
  return { kernel, config: parseConfig(kernel, changed, file, locate), baseDirectory };
}

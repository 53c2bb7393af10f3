export { buildAddon, type AddonBuild, type AddonBuildOptions } from "./addon/build-addon.js";
export { findLibtorch, type LibtorchPlaces, type LibtorchSearch } from "./libtorch/find-libtorch.js";
export type { Libtorch, LibtorchOrigin } from "./libtorch/libtorch.js";
export { engineTorchPlugin, engineTorchPlugin as default } from "./plugin.js";
export { TorchEngine } from "./torch-engine.js";

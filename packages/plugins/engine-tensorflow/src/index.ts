export { findTfjsNode, type TfjsNode, type TfjsNodePlaces, type TfjsNodeSearch } from "./find-tfjs-node.js";
export { engineTensorflowPlugin, engineTensorflowPlugin as default } from "./plugin.js";
export { TensorflowEngine } from "./tensorflow-engine.js";

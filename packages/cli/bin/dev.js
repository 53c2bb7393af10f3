#!/usr/bin/env -S node --conditions=rarl-source --import tsx
// The same command line from the TypeScript sources, without a build.
import { main } from "../src/main.ts";

await main(process.argv.slice(2));

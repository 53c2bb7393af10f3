// Compiles the addon where a libtorch is found and says in one line what it did. Never fails a build.
import { existsSync } from "node:fs";

const compiled = new URL("../dist/addon/build-addon.js", import.meta.url);
if (!existsSync(compiled)) {
  console.log("engine-torch: not built, since the TypeScript sources are not compiled yet");
} else {
  const { buildAddon } = await import(compiled.href);
  const result = await buildAddon({
    onStart: ({ version, root }) =>
      console.log(
        `engine-torch: compiling against libtorch ${version} in ${root}; this takes a few minutes …`,
      ),
  });
  const of = () => `libtorch ${result.libtorch.version} in ${result.libtorch.root}`;
  const said = {
    built: () => `built against ${of()}`,
    current: () => `already built against ${of()}`,
    skipped: () => `not built: ${result.reason}`,
    failed: () => `could not be built against ${of()}: ${result.reason}. ${result.remedy}`,
  };
  console.log(`engine-torch: ${said[result.outcome]()}`);
}

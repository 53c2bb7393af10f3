import { engineConformance } from "@rarl-sdk/core/testing";
import { TorchEngine } from "@rarl-sdk/engine-torch";
import { describeTorch } from "./support/torch.js";

describeTorch("engine-torch conforms", () => {
  for (const check of engineConformance(() => new TorchEngine(), { reportsFailures: true }))
    it(check.name, () => check.run());
});

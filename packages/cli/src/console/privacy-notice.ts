import { dataRecipients, type ChosenSections, type Kernel } from "@rarl-sdk/core";

/** One line a component that sends samples to another machine; samples may be about patients. */
export function privacyNotice(kernel: Kernel, sections: ChosenSections): readonly string[] {
  return dataRecipients(kernel, sections).map(
    ({ component, address, what }) => `DATA LEAVES THIS MACHINE: ${component} sends ${what} to ${address}`,
  );
}

import type { Adapter } from "../contracts/adapter.js";
import type { Backbone, NamedVariable } from "../contracts/backbone.js";
import { rarlError } from "../errors/rarl-error.js";
import type { AdaptedBackbone } from "../hooks/run-hooks.js";
import type { TrainerState } from "./trainer-state.js";

/** The parts of a run that taps use and that exist only once the hooks before them have fired. */
export class RunParts {
  private adapted: AdaptedBackbone | null = null;
  /** What the next checkpoint says about the run. */
  trainerState: TrainerState | null = null;

  set(adapted: AdaptedBackbone): void {
    this.adapted = adapted;
  }

  get backbone(): Backbone {
    return this.required().backbone;
  }

  get adapter(): Adapter | null {
    return this.required().adapter;
  }

  /** What trains: the adapter's variables, or the backbone's own. */
  get variables(): readonly NamedVariable[] {
    return this.adapter?.variables ?? this.backbone.variables();
  }

  private required(): AdaptedBackbone {
    if (this.adapted === null)
      throw rarlError("INTERNAL", { message: "a tap used the backbone before it was there" });
    return this.adapted;
  }
}

import { expect } from "chai";
import { configJsonSchema } from "@rarl-sdk/core";
import { kernelOf } from "./config-fixture.js";

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly additionalProperties?: unknown;
  readonly not?: unknown;
  readonly pattern?: string;
}

/** Every object in a tree of plain data. */
function* objectsIn(value: unknown): Generator<Schema> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Schema;
  for (const below of Object.values(value)) yield* objectsIn(below);
}

describe("configJsonSchema", () => {
  let schema: Schema;
  before(async () => {
    schema = configJsonSchema(await kernelOf()) as unknown as Schema;
  });

  it("is draft-07 of what may be written: what has a default is not required", () => {
    expect(schema).to.include({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "RARL SDK configuration",
    });
    expect(schema.required).to.have.members(["model", "algorithm", "data", "prompts"]);
    expect(schema.additionalProperties).to.equal(false);
  });

  it("offers one member a component, with its own options and the shared keys", () => {
    const rewards = schema.properties["rewards"]?.items?.oneOf ?? [];
    expect(rewards.map(({ properties }) => properties["name"]?.const)).to.deep.equal(["overlap", "length"]);
    expect(rewards[0]?.properties).to.have.all.keys("name", "weight", "label", "floor");
    expect(rewards[0]?.properties["floor"]).to.include({
      description: "Lowest score",
      default: 0,
      maximum: 1,
    });
    expect(rewards[1]?.additionalProperties).to.equal(false);
  });

  it("describes every section", () => {
    for (const [name, section] of Object.entries(schema.properties)) {
      expect(section.description, name).to.match(/\S/);
    }
  });

  it("has only patterns that also hold without the u flag, as validators read them", () => {
    const { pattern } = schema.properties["name"]!;
    expect(["run", "胸片-v1", "../x"].map((name) => new RegExp(pattern!).test(name))).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it("has no empty list of choices, which draft-07 forbids", () => {
    expect([...objectsIn(schema)].some(({ oneOf }) => oneOf?.length === 0)).to.equal(false);
    expect(schema.properties["judges"]?.items).to.have.deep.property("not", {});
  });
});

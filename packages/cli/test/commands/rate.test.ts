import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { predictionRecordSchema, readRatings } from "@rarl-sdk/core";
import { openSession } from "@rarl-sdk/human-ratings";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

const bin = fileURLToPath(new URL("../../bin/dev.js", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));

describe("rarl-sdk rate", () => {
  let workspace: Workspace;
  let folder: string;

  beforeEach(async () => {
    workspace = await Workspace.create();
    folder = workspace.path("eval");
    await mkdir(folder);
    const lines = ["a", "b"].map((id) => {
      const sample = {
        id,
        images: [{ path: workspace.path("image.png"), sha256: null }],
        question: "Is there a nodule?",
        answer: "yes",
        reasoning: "There is one nodule.",
        kind: "closed",
        meta: {},
        origin: { file: "test.jsonl", record: 1 },
      };
      const generated = {
        style: "reasoning",
        completion: `${id} said`,
        think: null,
        answer: null,
        tokens: 2,
      };
      const scored = { rewards: {}, reward: null, strict: false, lenient: false, scores: {} };
      const record = { sample, ...generated, ...scored, finishReason: "stop", promptTokens: 3 };
      return `${JSON.stringify(predictionRecordSchema.parse(record))}\n`;
    });
    await writeFile(workspace.path("eval", "predictions.jsonl"), lines.join(""));
  });

  afterEach(() => workspace.remove());

  it("serves the page to whoever has the address, keeps ratings, and says at Ctrl-C who rated how much", async () => {
    const child = spawn(
      process.execPath,
      ["--conditions=rarl-source", "--import", "tsx", bin, "rate", folder, "--rater", "anna"],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = once(child, "close");
    let stdout = "";
    const address = await new Promise<string>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += String(chunk);
        const found = /http:\S+\n/.exec(stdout)?.[0];
        if (found !== undefined) resolve(found.trim());
      });
    });
    const { origin } = new URL(address);
    const entered = await fetch(address);
    const cookie = entered.headers.getSetCookie()[0]!.split(";")[0]!;
    const rating = { rater: "anna", item: "1", state: "rated", reasoningScore: 0, predictionScore: 1 };
    const saved = await fetch(`${origin}/api/ratings`, {
      method: "POST",
      headers: { cookie, origin, "content-type": "application/json" },
      body: JSON.stringify({ ...rating, note: "", seconds: 1 }),
    });
    expect(saved.status).to.equal(200);
    expect((await readRatings(folder)).get("anna")).to.have.property("size", 1);
    const second = await runCliJson("rate", folder);
    expect(second).to.have.property("exitCode", 5);
    expect(second.json).to.have.nested.property("error.code", "FOLDER_IN_USE");

    child.kill("SIGINT");
    expect(await ended).to.deep.equal([0, null]);
    expect(stdout).to.match(/rater +rated +skipped +open\nanna +1 +0 +1\n$/);
  });

  it("writes the page as one file and reads back what it saved, with the file's own seed and limit", async () => {
    const file = workspace.path("rate.html");
    const exported = await runCli("rate", folder, "--seed", "7", "--limit", "1", "--export", file);
    expect(exported).to.include({ stdout: `${file}\n`, exitCode: 0 });
    const html = await readFile(file, "utf8");
    expect(html)
      .to.match(/^<!doctype html>/)
      .and.to.not.match(/src=|href=|https?:/);

    const { id: session } = await openSession({ folders: [folder], seed: 7, limit: 1 });
    const rating = { item: "1", state: "rated", reasoningScore: 1, predictionScore: 0, note: "", seconds: 3 };
    const handedIn = workspace.path("ratings-ben.json");
    await writeFile(
      handedIn,
      JSON.stringify({
        ...{ format: "rarl-ratings", version: 1, session, seed: 7, limit: 1, rater: "ben" },
        ratings: [{ ...rating, ratedAt: "2026-01-01T10:00:00.000Z" }],
      }),
    );
    const { json, exitCode } = await runCliJson("rate", folder, "--import", handedIn);
    expect({ json, exitCode }).to.deep.equal({
      json: { imported: [{ file: handedIn, rater: "ben", taken: 1, known: 0 }] },
      exitCode: 0,
    });
    const [standing] = (await readRatings(folder)).get("ben")!.values();
    expect(standing).to.include({ reasoningScore: 1, predictionScore: 0, rater: "ben" });
  });

  it("says what is wrong with folders, files and names", async () => {
    const nowhere = await runCliJson("rate", workspace.path("nowhere"));
    expect(nowhere.exitCode).to.equal(2);
    expect(nowhere.json).to.have.nested.property("error.code", "EVALUATION_NOT_FOUND");
    const damaged = workspace.path("damaged.json");
    await writeFile(damaged, '{"format": "rarl-ratings", "ver');
    const imported = await runCliJson("rate", folder, "--import", damaged);
    expect(imported.json).to.have.nested.property("error.code", "RATINGS_FILE_INVALID");
    const named = await runCliJson("rate", folder, "--rater", "../x");
    expect(named.json).to.have.nested.property("error.code", "RATER_NAME_INVALID");
    expect((await runCli("rate")).exitCode).to.equal(2);
  });
});

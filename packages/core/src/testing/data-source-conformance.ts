import assert from "node:assert/strict";
import type { DataSource, Dataset } from "../contracts/data-source.js";
import type { Sample } from "../contracts/sample.js";
import type { ConformanceCheck } from "./conformance.js";

async function samplesOf(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

/** What every data source must do with a data set that is there. `makeSource` gives a fresh one for each check. */
export function dataSourceConformance(
  makeSource: () => DataSource | Promise<DataSource>,
): readonly ConformanceCheck[] {
  const open = async () => (await makeSource()).open();
  return [
    {
      name: "gives as many samples as its length says, at least one",
      run: async () => {
        const dataset = await open();
        const samples = await samplesOf(dataset);
        assert.ok(samples.length > 0, "the data set is empty; DATA_EMPTY should have been thrown");
        assert.equal(samples.length, dataset.length);
      },
    },
    {
      name: "gives samples with unique ids, an answer and an origin",
      run: async () => {
        const ids = new Set<string>();
        for (const { id, answer, question, kind, choices, origin } of await samplesOf(await open())) {
          assert.ok(id !== "" && !ids.has(id), `id "${id}" is empty or used twice`);
          ids.add(id);
          assert.notEqual(answer.trim(), "", `sample ${id} has no answer`);
          assert.notEqual(question.trim(), "", `sample ${id} has no question`);
          assert.ok(
            origin.file !== "" && origin.record >= 1,
            `sample ${id} does not say where it comes from`,
          );
          if (kind === "choice")
            assert.ok((choices ?? []).length > 1, `sample ${id} has nothing to choose from`);
        }
      },
    },
    {
      name: "gives the same samples in the same order every time",
      run: async () => {
        const dataset = await open();
        const first = await samplesOf(dataset);
        assert.deepEqual(await samplesOf(dataset), first, "a second pass differs");
        assert.deepEqual(await samplesOf(await open()), first, "a second opening differs");
      },
    },
    {
      name: "has a fingerprint that stays the same while the data do",
      run: async () => {
        const { fingerprint } = await open();
        assert.notEqual(fingerprint, "");
        assert.equal((await open()).fingerprint, fingerprint);
      },
    },
    {
      name: "reports problems by file and record",
      run: async () => {
        for (const { file, record, message } of (await open()).problems) {
          assert.ok(
            file !== "" && record >= 1 && message !== "",
            `a problem says too little: ${file}:${record} ${message}`,
          );
        }
      },
    },
    {
      name: "refuses to open on an aborted signal, by its reason, or opens the data set whole",
      run: async () => {
        const reason = new DOMException("the conformance kit aborted", "AbortError");
        const source = await makeSource();
        try {
          const dataset = await source.open(AbortSignal.abort(reason));
          assert.equal((await samplesOf(dataset)).length, dataset.length);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          const isAbort = error === reason || (error instanceof Error && error.name === "AbortError");
          assert.ok(isAbort, `it failed with ${String(error)} instead of the signal's reason`);
        }
      },
    },
  ];
}

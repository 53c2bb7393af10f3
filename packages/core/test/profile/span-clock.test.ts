import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { span, startSpan } from "@rarl-sdk/core";
import { recordSpans } from "../../src/profile/span.js";
import { SpanClock } from "../../src/profile/span-clock.js";

describe("spans", () => {
  let clock: SpanClock;

  before(async () => {
    await tf.setBackend("wasm");
  });

  beforeEach(() => {
    clock = new SpanClock();
    recordSpans(clock);
  });

  afterEach(() => {
    recordSpans(null);
  });

  /** What was recorded, in the order of the ends. */
  const recorded = () => clock.takeEvents();

  it("give what their work gives, synchronous or not", async () => {
    expect(span("plain", () => 3)).to.equal(3);
    expect(await span("later", () => Promise.resolve(4))).to.equal(4);
    expect(recorded().map(({ name }) => name)).to.deep.equal(["plain", "later"]);
  });

  it("count the time of a span inside for that one alone", () => {
    span("outer", () => {
      span("inner", () => tf.tidy(() => tf.matMul(tf.ones([200, 200]), tf.ones([200, 200])).dataSync()));
    });
    const [inner, outer] = recorded();
    const phases = clock.takePhases();
    expect(inner!.start).to.be.at.least(outer!.start);
    expect(inner!.milliseconds).to.be.at.most(outer!.milliseconds);
    const own = phases.get("outer")!.seconds + phases.get("inner")!.seconds;
    expect(own * 1000).to.be.closeTo(outer!.milliseconds, 1e-6);
  });

  it("end with what failed inside them", async () => {
    const failing = () =>
      span("outer", () => {
        startSpan("left open");
        throw new Error("no");
      });
    expect(failing).to.throw("no");
    const rejected = await span("later", () => Promise.reject(new Error("nor this"))).catch(String);
    expect(rejected).to.equal("Error: nor this");
    expect(recorded().map(({ name }) => name)).to.deep.equal(["left open", "outer", "later"]);
  });

  it("see the memory that was held inside them and given back", function () {
    if (process.platform !== "linux") this.skip();
    const held = 256 * 2 ** 20;
    const before = span("before", () => process.memoryUsage.rss());
    span("large", () => Buffer.alloc(held, 1).length);
    const peak = clock.takePhases().get("large")!.peakBytes;
    expect(peak).to.be.at.least(before + 0.9 * held);
  });

  it("leave no tensors and cost nothing when nobody records", () => {
    const tensors = tf.memory().numTensors;
    span("recorded", () => undefined);
    recordSpans(null);
    span("not recorded", () => undefined);
    startSpan("nor this").end();
    expect(recorded().map(({ name }) => name)).to.deep.equal(["recorded"]);
    expect(tf.memory().numTensors).to.equal(tensors);
  });
});

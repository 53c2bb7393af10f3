import { expect } from "chai";
import { loadTokenizer, type QwenTokenizer } from "../../src/tokenizer/qwen-tokenizer.js";

/** Ids of transformers 5.18 under the released vocabulary. */
const golden: [string, number[]][] = [
  ["Hello, world!", [9707, 11, 1879, 0]],
  ["  leading  spaces", [220, 6388, 220, 12621]],
  ["I'm DON'T we'LL", [40, 2776, 44273, 17323, 582, 6, 4086]],
  ["12345 67", [16, 17, 18, 19, 20, 220, 21, 22]],
  ["naïve café e\u0301", [3376, 37572, 586, 51950, 3958]],
  ["你好，世界", [108386, 3837, 99489]],
  ["🙂👍🏽", [145080, 144349, 145375]],
  ["line1\n\n  line2\r\n\tx", [1056, 16, 271, 220, 1555, 17, 319, 10225]],
  ["a\u00a0b", [64, 4102, 65]],
  ["foo_bar(x)=3.14;", [7975, 14388, 2075, 11730, 18, 13, 16, 19, 26]],
  ["   ", [262]],
  ["\n", [198]],
  ["", []],
  ["don’t", [15007, 1405]],
  ["①②Ⅳ½", [48312, 254, 48312, 94, 70467, 96, 26062]],
  [
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n" +
      "<|vision_start|><|image_pad|><|vision_end|>What kind of dog is this?<|im_end|>\n<|im_start|>assistant\n",
    [
      151644, 8948, 198, 2610, 525, 264, 10950, 17847, 13, 151645, 198, 151644, 872, 198, 151652, 151655,
      151653,
    ].concat([3838, 3093, 315, 5562, 374, 419, 30, 151645, 198, 151644, 77091, 198]),
  ],
];

const directory = process.env["RARL_TEST_QWEN_TOKENIZER"];
const reason = "RARL_TEST_QWEN_TOKENIZER does not name a folder with the released vocab.json and merges.txt";

describe(`the released vocabulary${directory === undefined ? ` (skipped: ${reason})` : ""}`, () => {
  let tokenizer: QwenTokenizer;

  before(async function () {
    if (directory === undefined) return this.skip();
    tokenizer = await loadTokenizer(directory);
  });

  for (const [text, ids] of golden) {
    it(`tokenises ${JSON.stringify(text.slice(0, 30))}`, () => {
      expect(tokenizer.encode(text)).to.deep.equal(ids);
      expect(tokenizer.decode(ids)).to.equal(text.normalize("NFC"));
    });
  }
});

import type { Browser, BrowserContext, Page } from "playwright-core";

/** A rater at a browser, who has a keyboard only. */
export class RatingPage {
  /** Errors and complaints of the page, such as a broken content policy. */
  readonly complaints: string[] = [];
  /** Addresses that the page asked for. */
  readonly requested: string[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => this.requested.push(request.url()));
  }

  static async open(browser: Browser, address: string): Promise<RatingPage> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      acceptDownloads: true,
    });
    const rater = new RatingPage(await context.newPage(), context);
    await rater.page.goto(address);
    return rater;
  }

  /** Types the name that the page asks for. */
  async begin(name: string): Promise<void> {
    await this.page.waitForSelector("#rater");
    await this.page.keyboard.type(name);
    await this.press("Enter");
    await this.page.waitForSelector("form.rating, .done:not([hidden])");
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The rater's own position and how many are done, as the page shows them. */
  title(): Promise<string> {
    return this.page.locator("header h1").innerText();
  }

  count(): Promise<string> {
    return this.page.locator("header .count").innerText();
  }

  /** Waits until the page says so many are rated. */
  async rated(done: number): Promise<void> {
    await this.page.locator("header .count", { hasText: new RegExp(`^${done} of `) }).waitFor();
  }

  modelAnswer(): Promise<string> {
    return this.page.locator(".answer.model p").innerText();
  }

  /** Answer and, where the tags are not whole, all that the model wrote. */
  async modelText(): Promise<string> {
    return (await this.page.locator(".answer.model p, .whole p").allInnerTexts()).join(" ");
  }

  referenceAnswer(): Promise<string> {
    return this.page.locator(".answer.reference p").innerText();
  }

  /** Which options are chosen, such as `reasoning=1`. */
  chosen(): Promise<string[]> {
    return this.evaluate(
      `Array.from(document.querySelectorAll("form.rating input:checked"), ({ name, value }) => name + "=" + value)`,
    );
  }

  /** Value of an expression in the page: text, since the types of the page are not those of this process. */
  evaluate<Value>(expression: string): Promise<Value> {
    return this.page.evaluate<Value>(expression);
  }

  /** Grey value that the canvas shows at a place given in parts of its size. */
  greyAt(x: number, y: number): Promise<number> {
    // Text, since the types of the page are not those of this process.
    return this.page
      .evaluate<number>(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
      const canvas = document.querySelector(".stage canvas");
      const context = canvas.getContext("2d");
      resolve(context.getImageData(Math.floor(canvas.width * ${x}), Math.floor(canvas.height * ${y}), 1, 1).data[0]);
    })))`);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

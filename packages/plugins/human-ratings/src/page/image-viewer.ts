import { button, element } from "./element.js";
import type { Command } from "./keyboard.js";
import { applyTable, type Pixels } from "./pixels.js";
import { followPointers } from "./pointers.js";
import { actualSize, fit, pan, zoomAt, type Size, type View } from "./view-transform.js";
import { lookupTable, shiftWindow, type WindowLevel } from "./window-level.js";

/** Scale from which on pixels are shown as squares, and how far beyond the fitting scale that is at least. */
const squaresFrom = { scale: 6, zoom: 2 };

/** Shows one image: zoom, pan, window and level, by pointer and by command. */
export class ImageViewer {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas", { tabindex: "0", role: "img" });
  private readonly readout = element("output", { class: "readout", "aria-live": "off" });
  private readonly message = element("p", { class: "viewer-message" });
  private readonly nextButton: HTMLButtonElement;
  private readonly tools: Readonly<Record<"pan" | "window", HTMLButtonElement>>;
  private pixels: Pixels | null = null;
  /** The image with its window applied, in its own size. */
  private shown: HTMLCanvasElement | null = null;
  private view: View = { scale: 1, x: 0, y: 0 };
  private isFitted = true;
  private window: WindowLevel = { center: 128, width: 256 };
  private isInverted = false;
  private tool: "pan" | "window" = "pan";
  private isWindowStale = false;
  private frame = 0;
  private under: { readonly x: number; readonly y: number } | null = null;

  /** `onNext` is asked for the next of several images. */
  constructor(onNext: () => void) {
    this.nextButton = button("Next image", "X", onNext);
    this.tools = {
      pan: button("Move", null, () => {
        this.choose("pan");
      }),
      window: button("Window", null, () => {
        this.choose("window");
      }),
    };
    this.choose("pan");
    const press = (label: string, key: string, command: Command) =>
      button(label, key, () => this.obey(command));
    const bar = element(
      "div",
      { class: "viewer-tools", role: "toolbar", "aria-label": "Image" },
      element(
        "span",
        { class: "segments", role: "group", "aria-label": "Dragging" },
        this.tools.pan,
        this.tools.window,
      ),
      press("Fit", "F", "fit"),
      press("1:1", "A", "actual-size"),
      press("Invert", "I", "invert"),
      press("Reset", "R", "reset-window"),
      this.nextButton,
    );
    const stage = element("div", { class: "stage" }, this.canvas, this.message, this.readout);
    this.root = element("section", { class: "viewer", "aria-label": "Image" }, bar, stage);
    new ResizeObserver(() => {
      this.resized();
    }).observe(stage);
    followPointers(this.canvas, {
      drag: (dx, dy, secondary) => {
        if (secondary === (this.tool === "pan")) this.dragWindow(dx, dy);
        else this.move(dx, dy);
      },
      zoom: (factor, x, y) => {
        this.zoom(factor, x, y);
      },
      hover: (point) => {
        this.under = point;
        this.draw();
      },
      reset: () => {
        this.obey("fit");
      },
    });
  }

  /** Shows `pixels` as a whole in their own window; `caption` says what they are, or why there are none. */
  show(pixels: Pixels | null, label: string, caption: string, hasOthers: boolean): void {
    this.pixels = pixels;
    this.canvas.setAttribute("aria-label", label);
    this.nextButton.hidden = !hasOthers;
    this.canvas.hidden = pixels === null;
    this.message.textContent = caption;
    this.message.hidden = caption === "";
    this.shown = null;
    this.isInverted = pixels?.isInverted ?? false;
    this.isFitted = true;
    if (pixels !== null) {
      this.shown = element("canvas");
      this.shown.width = pixels.width;
      this.shown.height = pixels.height;
      this.setWindow(pixels.window);
    }
    this.resized();
  }

  /** Does what `command` asks of the image; false when it asks nothing of it. */
  obey(command: Command): boolean {
    const { pixels } = this;
    const action = this.actions()[command];
    if (action === undefined) return false;
    if (pixels !== null) action(pixels, this.canvasSize());
    this.draw();
    return true;
  }

  private actions(): Partial<Record<Command, (pixels: Pixels, canvas: Size) => void>> {
    const zoomCentre = (factor: number) => (_: Pixels, canvas: Size) => {
      this.zoom(factor, canvas.width / 2, canvas.height / 2);
    };
    const shift = (center: number, width: number) => (pixels: Pixels) => {
      const { window } = pixels;
      const by = { center: (center * window.width) / 32, width: (width * this.window.width) / 10 };
      this.setWindow(shiftWindow(this.window, by, pixels.scale));
    };
    const moveBy = (dx: number, dy: number) => () => {
      this.move(dx, dy);
    };
    return {
      "zoom-in": zoomCentre(1.25),
      "zoom-out": zoomCentre(1 / 1.25),
      fit: (pixels, canvas) => {
        this.view = fit(pixels, canvas);
        this.isFitted = true;
      },
      "actual-size": (pixels, canvas) => {
        this.view = actualSize(pixels, canvas);
        this.isFitted = false;
      },
      "pan-left": moveBy(60, 0),
      "pan-right": moveBy(-60, 0),
      "pan-up": moveBy(0, 60),
      "pan-down": moveBy(0, -60),
      "contrast-more": shift(0, -1),
      "contrast-less": shift(0, 1),
      brighter: shift(-1, 0),
      darker: shift(1, 0),
      invert: () => {
        this.isInverted = !this.isInverted;
        this.isWindowStale = true;
      },
      "reset-window": (pixels) => {
        this.isInverted = pixels.isInverted;
        this.setWindow(pixels.window);
      },
    };
  }

  private choose(tool: "pan" | "window"): void {
    this.tool = tool;
    for (const [name, made] of Object.entries(this.tools))
      made.setAttribute("aria-pressed", String(name === tool));
    this.canvas.dataset["tool"] = tool;
  }

  private move(dx: number, dy: number): void {
    if (this.pixels === null) return;
    this.view = pan(this.view, dx, dy, this.pixels, this.canvasSize());
    this.isFitted = false;
    this.draw();
  }

  private zoom(factor: number, x: number, y: number): void {
    if (this.pixels === null) return;
    this.view = zoomAt(this.view, factor, x, y, this.pixels, this.canvasSize());
    this.isFitted = false;
    this.draw();
  }

  /** As on workstations: sideways the width, up and down the centre; the canvas spans the image's own window. */
  private dragWindow(dx: number, dy: number): void {
    if (this.pixels === null) return;
    const { width } = this.pixels.window;
    const canvas = this.canvasSize();
    const by = { center: (dy / canvas.height) * width, width: (dx / canvas.width) * width };
    this.setWindow(shiftWindow(this.window, by, this.pixels.scale));
    this.draw();
  }

  private setWindow(window: WindowLevel): void {
    this.window = window;
    this.isWindowStale = true;
  }

  private canvasSize(): Size {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }

  private resized(): void {
    const { width, height } = this.canvasSize();
    if (width === 0 || height === 0) return;
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (this.pixels !== null && this.isFitted) this.view = fit(this.pixels, { width, height });
    this.draw();
  }

  private draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const context = this.canvas.getContext("2d");
    const { pixels, shown } = this;
    if (context === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.readout.textContent = "";
    if (pixels === null || shown === null) return;
    if (this.isWindowStale) this.applyWindow(pixels, shown);
    const { scale, x, y } = this.view;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const fitting = fit(pixels, this.canvasSize()).scale;
    context.imageSmoothingEnabled = scale < Math.max(squaresFrom.scale, squaresFrom.zoom * fitting);
    context.imageSmoothingQuality = "high";
    context.drawImage(shown, x, y, pixels.width * scale, pixels.height * scale);
    this.readout.textContent = this.describe(pixels);
  }

  private applyWindow(pixels: Pixels, shown: HTMLCanvasElement): void {
    const context = shown.getContext("2d");
    if (context === null) return;
    const image = context.createImageData(pixels.width, pixels.height);
    applyTable(pixels, lookupTable(this.window, pixels.scale, this.isInverted), image.data);
    context.putImageData(image, 0, 0);
    this.isWindowStale = false;
  }

  private describe(pixels: Pixels): string {
    const { center, width } = this.window;
    const facts = [
      `${pixels.width} × ${pixels.height}`,
      `${Math.round(this.view.scale * 100)} %`,
      `W ${Math.round(width)}  L ${Math.round(center)}`,
    ];
    if (this.under !== null) {
      const column = Math.floor((this.under.x - this.view.x) / this.view.scale);
      const row = Math.floor((this.under.y - this.view.y) / this.view.scale);
      if (column >= 0 && row >= 0 && column < pixels.width && row < pixels.height)
        facts.push(`(${column}, ${row}) = ${valueAt(pixels, row * pixels.width + column)}`);
    }
    return facts.join("   ");
  }
}

/** The stored value of a pixel: one number where it is grey. */
function valueAt({ data, scale }: Pixels, index: number): string {
  if (data instanceof Uint16Array)
    return String(Math.round(100 * (scale.slope * data[index]! + scale.intercept)) / 100);
  const [red, green, blue] = data.subarray(4 * index, 4 * index + 3);
  return red === green && green === blue ? String(red) : `${red}, ${green}, ${blue}`;
}

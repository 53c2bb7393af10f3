/** Where an image lies on its canvas: pixel (i, j) is drawn at (i · scale + x, j · scale + y), in CSS pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Largest scale, and largest zoom of images so small that they fit at a scale near it. */
const largest = { scale: 32, zoom: 8 };
/** CSS pixels of the image that stay in sight when it is dragged away. */
const margin = 48;

/** The whole image, centred. */
export function fit(image: Size, canvas: Size): View {
  return centred(Math.min(canvas.width / image.width, canvas.height / image.height), image, canvas);
}

/** One image pixel a CSS pixel, centred. */
export function actualSize(image: Size, canvas: Size): View {
  return centred(1, image, canvas);
}

function centred(scale: number, image: Size, canvas: Size): View {
  return {
    scale,
    x: (canvas.width - image.width * scale) / 2,
    y: (canvas.height - image.height * scale) / 2,
  };
}

/** Scales by `factor` so that what is under (x, y) stays there. Not below half of the fitting scale. */
export function zoomAt(view: View, factor: number, x: number, y: number, image: Size, canvas: Size): View {
  const fitting = fit(image, canvas).scale;
  const scale = Math.min(
    Math.max(view.scale * factor, Math.min(fitting / 2, 1)),
    Math.max(largest.scale, largest.zoom * fitting),
  );
  const ratio = scale / view.scale;
  return inSight({ scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, image, canvas);
}

export function pan(view: View, dx: number, dy: number, image: Size, canvas: Size): View {
  return inSight({ ...view, x: view.x + dx, y: view.y + dy }, image, canvas);
}

/** Keeps an edge of the image on the canvas. */
function inSight({ scale, x, y }: View, image: Size, canvas: Size): View {
  return {
    scale,
    x: clamp(x, margin - image.width * scale, canvas.width - margin),
    y: clamp(y, margin - image.height * scale, canvas.height - margin),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
}

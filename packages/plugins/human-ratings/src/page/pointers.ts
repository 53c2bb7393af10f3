interface Point {
  readonly x: number;
  readonly y: number;
}

/** What pointers on an element ask for; positions in CSS pixels from its corner. */
export interface PointerActions {
  /** `isSecondary`: with the right button. */
  drag(dx: number, dy: number, isSecondary: boolean): void;
  zoom(factor: number, x: number, y: number): void;
  hover(point: Point | null): void;
  /** A double click. */
  reset(): void;
}

/** Follows mouse, pen and fingers: drag, wheel, pinch, double click. */
export function followPointers(target: HTMLElement, actions: PointerActions): void {
  const down = new Map<number, Point>();
  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = target.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  target.addEventListener("pointerdown", (event) => {
    target.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
  });
  target.addEventListener("pointermove", (event) => {
    const point = at(event);
    if (event.pointerType === "mouse") actions.hover(point);
    const before = down.get(event.pointerId);
    if (before === undefined) return;
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, position]) => position);
    down.set(event.pointerId, point);
    if (other === undefined) {
      actions.drag(point.x - before.x, point.y - before.y, (event.buttons & 2) !== 0);
      return;
    }
    const stretched = distance(point, other) / Math.max(distance(before, other), 1);
    actions.zoom(stretched, (point.x + other.x) / 2, (point.y + other.y) / 2);
  });
  for (const name of ["pointerup", "pointercancel"] as const) {
    target.addEventListener(name, (event) => {
      down.delete(event.pointerId);
    });
  }
  target.addEventListener("pointerleave", () => {
    actions.hover(null);
  });
  target.addEventListener("contextmenu", (event) => {
    event.preventDefault();
  });
  target.addEventListener("dblclick", () => {
    actions.reset();
  });
  target.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = at(event);
      // One notch of a wheel is 100 to 120 pixels or 3 lines.
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 36 : event.deltaY;
      actions.zoom(Math.exp(-pixels * 0.002), x, y);
    },
    { passive: false },
  );
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

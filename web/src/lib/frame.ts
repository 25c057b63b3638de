/** One paint an animation frame: messages only fill buffers, and what they changed is painted together. */
const dirty = new Set<() => void>();
let asked = false;

/** Has `paint` called in the next frame, once, however often it is asked for. */
export function paintSoon(paint: () => void): void {
  dirty.add(paint);
  if (asked) return;
  asked = true;
  requestAnimationFrame(paintAll);
}

/** Forgets a painter that is gone. */
export function forgetPaint(paint: () => void): void {
  dirty.delete(paint);
}

function paintAll(): void {
  asked = false;
  const now = [...dirty];
  dirty.clear();
  for (const paint of now) paint();
}

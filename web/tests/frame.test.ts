import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetPaint, paintSoon } from "$lib/frame";

let frames: (() => void)[];

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (paint: () => void) => frames.push(paint));
});

const nextFrame = () => frames.splice(0).forEach((paint) => paint());

describe("painting", () => {
  it("happens once a frame, however often it is asked for", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    for (let asked = 0; asked < 100; asked++) {
      paintSoon(first);
      paintSoon(second);
    }
    expect(frames).toHaveLength(1);
    expect(first).not.toHaveBeenCalled();
    nextFrame();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
    nextFrame();
    expect(first).toHaveBeenCalledOnce();
  });

  it("that is asked for while painting happens in the next frame", () => {
    const paint = vi.fn().mockImplementationOnce(() => paintSoon(paint));
    paintSoon(paint);
    nextFrame();
    expect(paint).toHaveBeenCalledOnce();
    nextFrame();
    expect(paint).toHaveBeenCalledTimes(2);
  });

  it("of what is gone does not happen", () => {
    const paint = vi.fn();
    paintSoon(paint);
    forgetPaint(paint);
    nextFrame();
    expect(paint).not.toHaveBeenCalled();
  });
});

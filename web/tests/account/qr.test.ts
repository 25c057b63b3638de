import { encode } from "uqr";
import { expect, it } from "vitest";
import { qrPath } from "$lib/qr";

const URI = "otpauth://totp/Leverline:alice%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Leverline";

/** Returns the modules that a path draws. */
function drawn(path: string, size: number): boolean[][] {
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = Number(x); at < Number(x) + Number(width); at++) rows[Number(y)]![at] = true;
  }
  return rows;
}

it.each([URI, "a", "x".repeat(300)])("draws just the modules of the code: %s", (text) => {
  const { path, size } = qrPath(text);
  const code = encode(text, { border: 4, ecc: "M" });
  expect(size).toBe(code.size);
  expect(drawn(path, size)).toEqual(code.data);
});

it("has the border that readers need", () => {
  const { path, size } = qrPath(URI);
  const rows = drawn(path, size);
  for (const at of [0, 1, 2, 3, size - 1]) {
    expect(rows[at]).not.toContain(true);
    expect(rows.map((row) => row[at])).not.toContain(true);
  }
});

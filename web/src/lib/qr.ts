/** QR codes as the path of an SVG. */
import { encode } from "uqr";

export interface QrPath {
  /** How many modules it is wide, with the quiet border. */
  size: number;
  /** The dark modules, one run of a row after the other. */
  path: string;
}

/** A reader needs a border of four modules. */
const BORDER = 4;

export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { border: BORDER, ecc: "M" });
  return { size, path: data.map(rowPath).join("") };
}

function rowPath(row: boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    let end = x;
    while (row[end]) end++;
    path += `M${x} ${y}h${end - x}v1h-${end - x}z`;
    x = end;
  }
  return path;
}

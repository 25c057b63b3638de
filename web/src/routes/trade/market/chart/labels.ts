/** Where the labels of lines begin, so that none covers another. */
export interface Label {
  /** Where its line is. */
  y: number;
  width: number;
}

const LEFT_PX = 8;
const GAP_PX = 4;
const HEIGHT_PX = 18;

/** Returns where each label begins: one whose line is close to that of an earlier label stands to its right. */
export function labelStarts(labels: readonly Label[]): number[] {
  const placed: { y: number; from: number; to: number }[] = [];
  for (const { y, width } of labels) {
    let from = LEFT_PX;
    const close = placed.filter((each) => Math.abs(each.y - y) < HEIGHT_PX).sort((a, b) => a.from - b.from);
    for (const each of close) {
      if (from < each.to + GAP_PX && each.from < from + width + GAP_PX) from = each.to + GAP_PX;
    }
    placed.push({ y, from, to: from + width });
  }
  return placed.map((each) => each.from);
}

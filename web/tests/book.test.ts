import { describe, expect, it } from "vitest";
import { Book, type Level } from "$lib/book";

const SNAPSHOT = {
  lastUpdateId: 10,
  bids: [
    ["99.00000000", "1.00000000"],
    ["98.50000000", "2.00000000"],
  ],
  asks: [
    ["100.00000000", "1.50000000"],
    ["101.00000000", "3.00000000"],
  ],
};
const difference = (U: number, u: number, b: string[][] = [], a: string[][] = []) => ({ U, u, b, a });
const shown = (levels: readonly Level[]) => levels.map((level) => [level.price, level.quantity]);

function started(): Book {
  const book = new Book();
  expect(book.start(SNAPSHOT)).toBe(true);
  return book;
}

describe("a book", () => {
  it("keeps its levels in order, the best first, whatever the length of a price", () => {
    const book = started();
    book.take(
      difference(
        11,
        12,
        [
          ["9.50000000", "1"],
          ["99.50000000", "4"],
        ],
        [
          ["100.50000000", "7"],
          ["1000.00000000", "1"],
        ],
      ),
    );
    expect(shown(book.bids).map(([price]) => price)).toEqual([
      "99.50000000",
      "99.00000000",
      "98.50000000",
      "9.50000000",
    ]);
    expect(shown(book.asks).map(([price]) => price)).toEqual([
      "100.00000000",
      "100.50000000",
      "101.00000000",
      "1000.00000000",
    ]);
  });

  it("replaces a level's quantity, and drops one that is empty or was never there", () => {
    const book = started();
    book.take(
      difference(11, 11, [
        ["99.00000000", "0.25000000"],
        ["98.50000000", "0.00000000"],
        ["1.00000000", "0"],
      ]),
    );
    expect(shown(book.bids)).toEqual([["99.00000000", "0.25000000"]]);
  });

  it("leaves out differences that the snapshot has already", () => {
    const book = started();
    expect(book.take(difference(8, 10, [["99.00000000", "9.00000000"]]))).toBe(true);
    expect(shown(book.bids)[0]).toEqual(["99.00000000", "1.00000000"]);
  });

  it("takes the first difference though it begins before the snapshot", () => {
    const book = started();
    expect(book.take(difference(9, 13, [], [["100.00000000", "5.00000000"]]))).toBe(true);
    expect([book.last, shown(book.asks)[0]]).toEqual([13, ["100.00000000", "5.00000000"]]);
  });

  it("keeps differences that came before the snapshot and applies those it lacks", () => {
    const book = new Book();
    book.take(difference(9, 10, [["99.00000000", "8.00000000"]]));
    book.take(difference(11, 12, [["99.00000000", "6.00000000"]]));
    expect(book.isLive).toBe(false);
    expect(book.start(SNAPSHOT)).toBe(true);
    expect([book.last, shown(book.bids)[0]]).toEqual([12, ["99.00000000", "6.00000000"]]);
  });

  it("says so when a difference is missing, and is not live until it starts anew", () => {
    const book = started();
    expect(book.take(difference(12, 13, [["99.00000000", "6.00000000"]]))).toBe(false);
    expect(book.isLive).toBe(false);
    expect(shown(book.bids)[0]).toEqual(["99.00000000", "1.00000000"]);
    expect(book.start({ ...SNAPSHOT, lastUpdateId: 13 })).toBe(true);
    expect(book.take(difference(14, 14, [["99.00000000", "6.00000000"]]))).toBe(true);
    expect(shown(book.bids)[0]).toEqual(["99.00000000", "6.00000000"]);
  });

  it("says so when a snapshot is older than the differences that wait for it", () => {
    const book = new Book();
    book.take(difference(15, 16));
    expect(book.start(SNAPSHOT)).toBe(false);
    expect(book.isLive).toBe(false);
  });
});

describe("any stream of differences", () => {
  it("leaves the book that applying them one by one in a map leaves", () => {
    const seed = Date.now() % 2 ** 31;
    const random = generator(seed);
    const book = started();
    const expected = new Map(SNAPSHOT.bids.map(([price, quantity]) => [price!, quantity!]));
    for (let update = 11; update < 400; update++) {
      const price = `${90 + Math.floor(random() * 20)}.00000000`;
      const quantity = random() < 0.4 ? "0.00000000" : `${1 + Math.floor(random() * 9)}.00000000`;
      book.take(difference(update, update, [[price, quantity]]));
      if (quantity === "0.00000000") expected.delete(price);
      else expected.set(price, quantity);
    }
    const sorted = [...expected].sort(([a], [b]) => Number(b) - Number(a));
    expect(shown(book.bids), `seed ${seed}`).toEqual(sorted);
  });
});

function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

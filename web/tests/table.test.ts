import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import Table from "$lib/ui/Table.svelte";
import { csv, filtered, sorted, type Column } from "$lib/table";

interface Row {
  asset: string;
  rate: string | null;
}
const rows: Row[] = [
  { asset: "BTC", rate: "9" },
  { asset: "ETH", rate: "100.5" },
  { asset: "DOT", rate: null },
  { asset: "ADA", rate: "-3" },
];
const columns: Column<Row>[] = [
  { name: "asset", label: "Asset", value: (row) => row.asset },
  { name: "rate", label: "Rate", value: (row) => row.rate, show: (row) => `${row.rate}%`, isNumber: true },
];
const names = (found: Row[]) => found.map((row) => row.asset);

describe("a table", () => {
  it("sorts figures by size and leaves what is missing at the end", () => {
    expect(names(sorted(rows, columns, { name: "rate", isDown: false }))).toEqual(["ADA", "BTC", "ETH", "DOT"]);
    expect(names(sorted(rows, columns, { name: "rate", isDown: true }))).toEqual(["ETH", "BTC", "ADA", "DOT"]);
  });

  it("filters by all words, as shown or bare", () => {
    expect(names(filtered(rows, columns, "eth 100"))).toEqual(["ETH"]);
    expect(names(filtered(rows, columns, "9%"))).toEqual(["BTC"]);
  });

  it("is written as CSV with bare values, and no cell that a spreadsheet would run", () => {
    const text = csv(
      [
        { asset: '=HYPERLINK("x")', rate: "-3" },
        { asset: "-1+2", rate: 'a "b", c' },
      ],
      columns,
    );
    expect(text).toBe('Asset,Rate\r\n"\'=HYPERLINK(""x"")",-3\r\n\'-1+2,"a ""b"", c"\r\n');
  });

  it("is sorted by a click, told to a screen reader, and unsorted by the third", async () => {
    const user = userEvent.setup();
    render(Table<Row>, { rows, columns, name: "Rates", key: (row: Row) => row.asset });
    const header = screen.getByRole("columnheader", { name: /Rate/ });
    const button = screen.getByRole("button", { name: /Rate/ });
    const first = () => screen.getAllByRole("row")[1]!.textContent;
    await user.click(button);
    expect(header.getAttribute("aria-sort")).toBe("descending");
    expect(first()).toContain("ETH");
    await user.click(button);
    expect(first()).toContain("ADA");
    await user.click(button);
    expect(header.getAttribute("aria-sort")).toBe("none");
    expect(first()).toContain("BTC");
  });

  it("says so when nothing matches", async () => {
    const user = userEvent.setup();
    render(Table<Row>, { rows, columns, name: "Rates", key: (row: Row) => row.asset });
    await user.type(screen.getByRole("searchbox"), "doge");
    expect(screen.getByText("Nothing matches.")).toBeTruthy();
  });
});

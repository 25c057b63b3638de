/** Names and values: what a page says of one thing. */
export type Tone = "up" | "down" | "warn" | "";
export type Fact = [name: string, value: string | number, tone?: Tone];

/** The venue has refused a request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    /** What the venue says. */
    readonly told: string,
    /** Seconds after which it may be asked again; 0 when it does not say. */
    readonly wait = 0,
    /** The whole answer. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(told);
    this.name = "Refusal";
  }
}

/** The venue did not answer: it is down, or the way to it is. */
export class Down extends Error {
  constructor(
    /** Whether something was to be done, so that nobody knows whether it was. */
    readonly isUncertain = false,
  ) {
    super("The venue cannot be reached.");
    this.name = "Down";
  }
}

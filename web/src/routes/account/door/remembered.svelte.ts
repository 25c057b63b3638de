/** The mail address that somebody has just typed, so that he need not type it again on the next page. */
export const remembered = $state({ mail: "" });

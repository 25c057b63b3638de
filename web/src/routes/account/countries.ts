/** Countries by name, and what is offered there. */
import type { Answer } from "$api";

export type Country = Answer<"/public/v1/countries">[number];

const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

export const countryName = (code: string): string => (code ? (names.of(code) ?? code) : "");

/** Returns the options of a choice, by name; what is not offered says so and can still be chosen: then it is refused. */
export function countryOptions(all: Country[]): [string, string][] {
  const named = all.map((each): [string, string] => {
    const name = countryName(each.country);
    return [each.country, each.isRegistrationOffered ? name : `${name} (not offered)`];
  });
  return [["", "Choose …"], ...named.sort((a, b) => a[1].localeCompare(b[1]))];
}

/** Says before anything is sent what is not offered in a country. */
export function countryHint(all: Country[], code: string): string {
  const found = all.find((each) => each.country === code);
  if (!found) return "";
  const name = countryName(code);
  if (!found.isRegistrationOffered) return `Leverline is not offered in ${name}.`;
  if (!found.isMarginOffered) return `In ${name} there is spot only: margin is not offered.`;
  return found.isProOffered ? "" : `Cross Margin Pro is not offered in ${name}.`;
}

/** Returns the country that the browser's language names, if the venue is offered there, or nothing. */
export function guessedCountry(all: Country[]): string {
  const [, ...parts] = navigator.language.split("-");
  const found = all.find((each) => parts.includes(each.country));
  return found?.isRegistrationOffered ? found.country : "";
}

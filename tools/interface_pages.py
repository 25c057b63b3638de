"""Reference pages of the interface, an operation each, made from the endpoint table and its OpenAPI description."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from tools.print_openapi import whole_table

from leverline.api.answer_schemas import is_own, named_shapes, shapes
from leverline.api.endpoint import Endpoint
from leverline.api.openapi import costs_of

FOLDER = "reference/interface"
PARTS = {
    "/api/": ("spot", "Spot and market data", "Paths under `/api/v3`."),
    "/sapi/v1/margin/": ("margin", "Margin", "Paths under `/sapi/v1/margin`."),
    "/sapi/": ("wallet", "Wallet and streams", "The other paths under `/sapi`."),
    "/account/": ("account", "Account", "The venue's own interface for its users: members of a JSON object."),
    "/operator/": ("operator", "Operators", "The venue's own interface for its operators: members of a JSON object."),
    "/sandbox/": ("sandbox", "Sandbox", "What drives a sandbox. A production venue does not have it."),
    "/": ("venue", "The venue itself", "Health, figures, the description."),
}
"""Pages by how the paths on them begin; the first that fits."""
FREE_TEXT = 20
WIDTH = 100
WORD = re.compile(r"\w+")


@cache
def interface_pages() -> dict[str, str]:
    """Return the pages by the names that the site has for them."""
    by_part: dict[str, list[Endpoint]] = {prefix: [] for prefix in PARTS}
    for endpoint in whole_table():
        by_part[next(prefix for prefix in PARTS if endpoint.path.startswith(prefix))].append(endpoint)
    return {f"{FOLDER}/{PARTS[prefix][0]}.md": page(prefix, each) for prefix, each in by_part.items()}


def page(prefix: str, endpoints: list[Endpoint]) -> str:
    """Return one page."""
    _, title, about = PARTS[prefix]
    parts = [f"# {title}\n\n{about} The same as OpenAPI: `/openapi.json` of a venue.\n"]
    for tag in dict.fromkeys(each.tag for each in endpoints):
        parts.append(f"## {tag or title}\n")
        parts.extend(section(each) for each in endpoints if each.tag == tag)
    named = names_in([shape_of(each) for each in endpoints])
    if named:
        parts += ["## Shapes\n", "What the answers above name.\n", "```"]
        parts += [f"{name} = {named_shapes()[name].strip()}" for name in named] + ["```", ""]
    return "\n".join(parts)


def section(endpoint: Endpoint) -> str:
    """Return what there is to say of an operation."""
    lines = [f"### {endpoint.operation}", "", endpoint.summary, "", "; ".join(terms_of(endpoint)) + ".", ""]
    lines += parameter_table(endpoint)
    heading = "Answer:" if is_own(endpoint.operation) else "Answer, by the documents:"
    lines += [heading, "", "```", shape_of(endpoint), "```", ""]
    return "\n".join(lines)


def shape_of(endpoint: Endpoint) -> str:
    """Return the shape of an operation's answer; that of another operation where it is the same."""
    shape = shapes()[endpoint.operation]
    return shapes().get(shape, shape).strip()


def names_in(found: Iterable[str]) -> list[str]:
    """Return the named shapes that shapes use, and those that these use, in the order of their file."""
    used: set[str] = set()
    asked = " ".join(found)
    while words := set(WORD.findall(asked)) & named_shapes().keys() - used:
        used |= words
        asked = " ".join(named_shapes()[name] for name in words)
    return [name for name in named_shapes() if name in used]


def terms_of(endpoint: Endpoint) -> Iterator[str]:
    """Yield who may call, and what it costs."""
    yield f"Security: {endpoint.security.word}"
    costs = costs_of(endpoint)
    if "x-weight" in costs:
        yield f"weight: {str(costs['x-weight']).rstrip('.')} ({costs['x-budget']})"
    if "x-rate" in costs:
        yield f"calls in {costs['x-rate']['seconds']} s: {costs['x-rate']['calls']}"
    if "x-websocket-method" in costs:
        yield f"WebSocket API: `{costs['x-websocket-method']}`"
    for name, word in (("x-since", "since"), ("x-until", "documented until")):
        if name in costs:
            yield f"{word} {costs[name]}"


def parameter_table(endpoint: Endpoint) -> Iterator[str]:
    """Yield the lines of a table of parameters; none where there are none."""
    if not endpoint.parameters:
        return
    yield from ("| parameter | | values |", "|---|---|---|")
    for each in endpoint.parameters:
        aliases = f" (also `{'`, `'.join(each.aliases)}`)" if each.aliases else ""
        need = "mandatory" if each.is_mandatory else ""
        yield f"| `{each.name}`{aliases} | {need} | {values_of(each.json_schema)} |"
    yield ""


def values_of(schema: Mapping[str, Any]) -> str:
    """Return in words which values a parameter takes."""
    if "enum" in schema:
        return " ".join(f"`{word}`" for word in schema["enum"])
    if schema["type"] == "array":
        return f"up to {schema.get('maxItems', 'any number')}: {values_of(schema['items'])}"
    words = [{"integer": "whole number", "boolean": "true or false", "string": "text"}.get(schema["type"], "")]
    if "pattern" in schema:
        words = [f"`{schema['pattern']}`".replace("|", "\\|")]
    for name, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "characters up to")):
        if name in schema:
            words.append(f"{word} {schema[name]}")
    return " ".join(words)

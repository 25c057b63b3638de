"""Each rule has a page entry; what it names as code exists; its worked examples and it name each other."""

import importlib
from typing import Any

import pytest
from tests.spec.rulebook.examples import read_examples
from tests.spec.rulebook.pages import INDEX, Entry, index_page, read_entries

CHAPTERS = {1: 6, 2: 6, 3: 7, 4: 5, 5: 5, 6: 6, 7: 6, 8: 5, 9: 9, 10: 2, 11: 10, 12: 1, 13: 8, 15: 9, 16: 6}
"""Rules per chapter; chapter 14 is one rule."""
ENTRIES = read_entries()
EXAMPLES = read_examples()


def find(name: str) -> Any:
    """Return the function, class or method of this full name."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute)
        return found
    raise ModuleNotFoundError(name)


def test_every_rule_has_one_entry_in_order() -> None:
    """The pages hold the rules 1.1 to 16.6, each once, in their order."""
    rules = [f"{chapter}.{number}" for chapter, count in CHAPTERS.items() for number in range(1, count + 1)]
    rules.insert(rules.index("15.1"), "14")
    assert [entry.rule for entry in ENTRIES] == rules


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.rule for entry in ENTRIES])
def test_an_entry_names_code_that_exists(entry: Entry) -> None:
    """Every name of its line `Code:` can be imported, and there is one at least."""
    assert "\nCode: " in entry.body
    assert "\nExample: " in entry.body
    assert entry.code
    for name in entry.code:
        assert callable(find(name)), name


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.rule for entry in ENTRIES])
def test_a_rule_and_its_examples_name_each_other(entry: Entry) -> None:
    """The examples an entry names are exactly those that name its rule."""
    assert sorted(entry.examples) == sorted(example.name for example in EXAMPLES if entry.rule in example.rules)


def test_every_example_is_about_a_function_of_its_rules() -> None:
    """An example names rules that exist, and one of them names the function it works out."""
    code = {entry.rule: entry.code for entry in ENTRIES}
    for example in EXAMPLES:
        assert code.keys() >= set(example.rules), example.name
        assert any(example.function in code[rule] for rule in example.rules), example.name


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.rule for entry in ENTRIES])
def test_a_rule_says_where_it_comes_from(entry: Entry) -> None:
    """Every rule names its source."""
    assert "- **Source**: " in entry.body


def test_the_table_of_the_rule_book_is_up_to_date() -> None:
    """docs/rulebook/README.md is what `python tests/spec/rulebook/pages.py` writes."""
    assert INDEX.read_text(encoding="utf-8") == index_page()

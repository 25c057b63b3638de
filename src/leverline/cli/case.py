"""`leverline case` and `leverline explain`."""

import sys
from pathlib import Path

import click

from leverline.cli.faults import Fault

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Write down a liquidation so that it can be run again.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("case_id", metavar="CASE")
@click.option("--out", type=FILE, metavar="FILE", help="The case file: document and extract. For operators.")
@click.option("--document", type=FILE, metavar="FILE", help="The document alone, as JSON: the user's.")
@click.option("--html", type=FILE, metavar="FILE", help="The document as a page with plots: the user's.")
def case(folder: Path, case_id: str, out: Path | None, document: Path | None, html: Path | None) -> None:
    """Tell why an account was liquidated, from the journal of the data folder DIR.

    CASE is COMMAND-WALLET, as the interface and the history tell it, or COMMAND where it began one liquidation only.
    DIR is only read; a venue may run on it. The case file holds the state of everybody: keep it as you keep DIR. Exit
    code 1: the journal is damaged. Exit code 2: there is no such case, or its journal is no longer kept.
    """
    from leverline.cases.case_file import file_bytes, write_json, write_private
    from leverline.cases.faults import CaseFault
    from leverline.cases.making import make_case_file
    from leverline.cases.names import parse_case_name
    from leverline.cases.page import page_of
    from leverline.cases.telling import told
    from leverline.journal.port import ForeignJournal, JournalFault
    from leverline.parameters import ParameterFault, parameters_of
    from leverline.venue.reading import NothingThere
    from leverline.venue.recovery import RecoveryRefused

    try:
        found = make_case_file(folder, parameters_of, parse_case_name(case_id))
    except (CaseFault, NothingThere, ForeignJournal, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except (JournalFault, RecoveryRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    try:
        if out is not None:
            write_private(out, file_bytes(found))
        if document is not None:
            write_json(document, found.document)
        if html is not None:
            html.write_text(page_of(found.document), encoding="utf-8")
    except OSError as fault:
        raise Fault(f"{fault.filename}: {fault.strerror}") from fault
    for sentence in told(found.document):
        click.echo(sentence)


@click.command(short_help="Run a case file again and confirm each figure.")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--html", type=FILE, metavar="FILE", help="Write the page of the confirmed document.")
def explain(file: Path, html: Path | None) -> None:
    """Run the liquidation in the case file FILE again and compare each figure of its document.

    Nothing but FILE is read. A line for each figure: ✓, or ✗ with what the re-run comes to; –, where the story begins,
    is told and not confirmed. Exit code 1: a figure is
    another, each is named. Exit code 2: FILE cannot be run again, said in one line.
    """
    from leverline.cases.case_file import read_case_file
    from leverline.cases.explaining import explain as confirm
    from leverline.cases.faults import CaseFault
    from leverline.cases.page import page_of
    from leverline.parameters import ParameterFault, parameters_of

    try:
        found = read_case_file(file)
        findings = confirm(found, parameters_of)
    except (CaseFault, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    for each in findings:
        click.echo(str(each))
    click.echo(f"– beginsWith: {found.beginning} (not confirmed: only who has the journal can)")
    wrong = [each for each in findings if not each.is_confirmed]
    if wrong:
        click.echo(f"{len(wrong)} of {len(findings)} figures are not those of the re-run", err=True)
        sys.exit(1)
    click.echo(f"all {len(findings)} figures are those of the re-run")
    if html is not None:
        html.write_text(page_of(found.document), encoding="utf-8")

"""All endpoints of /account/v1, /public/v1 and /operator/v1."""

from leverline.api.endpoint import Table
from leverline.api.own import (
    about,
    closing,
    cooling_off,
    cross,
    inbox,
    keys,
    liquidation_answer,
    liquidation_cases,
    margin_standing,
    notice_channels,
    operator_accounts,
    operator_audit,
    operator_books,
    operator_cash,
    operator_control,
    operator_delistings,
    operator_house,
    operator_market,
    operator_parameters,
    operator_risk,
    operator_rules,
    operator_users,
    operator_verification,
    pairs,
    preview,
    public_assets,
    public_loans,
    public_products,
    public_risk,
    questionnaires,
    records,
    registration,
    restrictions,
    rule_text,
    second_factor,
    sessions,
    standing,
    statements,
    texts,
    verification,
    wallets,
    withdrawals,
)

ACCOUNT = (
    registration, sessions, second_factor, verification, questionnaires, texts, standing, keys, cross, wallets,
    statements, withdrawals, preview, liquidation_answer, liquidation_cases, margin_standing, records, inbox,
    notice_channels, closing, restrictions, cooling_off,
)  # fmt: skip
PUBLIC = (about, rule_text, pairs, public_assets, public_loans, public_products, public_risk)
OPERATOR = (
    operator_verification, operator_users, operator_cash, operator_market, operator_house,
    operator_control, operator_parameters, operator_rules, operator_delistings,
    operator_risk, operator_accounts, operator_books, operator_audit,
)  # fmt: skip


def own_table() -> Table:
    """Return them all."""
    table = Table()
    for part in (*ACCOUNT, *PUBLIC, *OPERATOR):
        table.include(part.table)
    return table

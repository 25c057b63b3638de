"""The parameters of the venue: dated data files, their loader, and the scheme that fills what is not published."""

from leverline.parameters.faults import ParameterFault
from leverline.parameters.loader import (
    RULE_SET_DEFAULT,
    load_measures,
    load_parameters,
    load_scheme,
    parameters_of,
    rule_sets,
)
from leverline.parameters.measures import Measure, measure_days, measure_of_quote
from leverline.parameters.refit import refit
from leverline.parameters.scheme import Known, Scheme, asset_by_scheme, rank_by_scheme
from leverline.parameters.scheme_pairs import pair_by_scheme
from leverline.parameters.selection import (
    UnknownPairError,
    extend,
    select,
    with_index_silence,
    with_index_sources,
    with_pinned_index,
)

__all__ = [
    "RULE_SET_DEFAULT",
    "Known",
    "Measure",
    "ParameterFault",
    "Scheme",
    "UnknownPairError",
    "asset_by_scheme",
    "extend",
    "load_measures",
    "load_parameters",
    "load_scheme",
    "measure_days",
    "measure_of_quote",
    "pair_by_scheme",
    "parameters_of",
    "rank_by_scheme",
    "refit",
    "rule_sets",
    "select",
    "with_index_silence",
    "with_index_sources",
    "with_pinned_index",
]

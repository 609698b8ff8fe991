"""
The import-linter contract type ``forbidden_if_present``.

The contracts name every room of the design, also those that are not built yet, so that a new
room is bound by them from its first line. import-linter's own ``forbidden`` stops at a name that
does not exist. That the names are no slips of the pen is tested in ``test_contracts.py``.
"""

from typing import cast

from grimp import ImportGraph
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.domain.contract import ContractCheck
from importlinter.domain.imports import ModuleExpression


class ForbiddenIfPresentContract(ForbiddenContract):
    """Like ``forbidden``, but modules of ours that do not exist yet are left out."""

    type_name = "forbidden_if_present"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the answer of ``forbidden`` for the modules that exist."""
        # The base class declares its fields as parsers; their values stand on the instance.
        vars(self).update(
            source_modules=_present(graph, self.source_modules),
            forbidden_modules=_present(graph, self.forbidden_modules),
        )
        return super().check(graph, verbose)


def _present(graph: ImportGraph, expressions: object) -> set[ModuleExpression]:
    return {
        expression
        for expression in cast("set[ModuleExpression]", expressions)
        if not expression.expression.startswith("benban") or expression.expression in graph.modules
    }

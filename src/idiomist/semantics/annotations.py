"""What annotations say about kinds."""

from __future__ import annotations

import ast

from idiomist.semantics.kind import ANNOTATED, INT, Kind, of
from idiomist.semantics.scopes import Scope


def of_annotation(scope: Scope, node: ast.expr) -> Kind | None:
    """What an annotation promises; never exact, for a subclass keeps the promise too."""
    match node:
        case ast.Constant(str(text)):
            try:
                return of_annotation(scope, ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        case ast.Subscript(value, parameters):
            outer = of_annotation(scope, value)
            return _parametrized(scope, outer, parameters) if outer else None
        case ast.Name() | ast.Attribute():
            name = ANNOTATED.get(scope.full_name(node) or "")
            if name is None:
                return None
            item = {"str": of("str"), "bytes": INT, "range": INT}.get(name)
            return Kind(name, item, exact=name in ("bool", "range"))
    return None


def _parametrized(scope: Scope, outer: Kind, parameters: ast.expr) -> Kind:
    parts = parameters.elts if isinstance(parameters, ast.Tuple) else [parameters]
    if outer.name == "tuple" and not (
        len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...
    ):
        kinds = tuple(of_annotation(scope, part) for part in parts)
        item = kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else None
        return outer.replace(item=item, items=kinds)
    return outer.replace(item=of_annotation(scope, parts[0])) if parts else outer

"""All rules, found by their files: adding a file adds a rule."""

import importlib
import pkgutil
from functools import cache

from myedu.connector.conformance import rules
from myedu.connector.conformance.rule import GROUPS, Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by group in the order of GROUPS, then by id.

    Raises ValueError if the id of a RULE is not the one that its file name requires.
    """
    found = [
        _rule(module.name)
        for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}.")
        if not module.ispkg and not module.name.rpartition(".")[2].startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: (GROUPS.index(rule.group), rule.id)))


def _rule(module_name: str) -> Rule:
    rule = vars(importlib.import_module(module_name)).get("RULE")
    if not isinstance(rule, Rule):
        raise ValueError(f"{module_name} has no RULE: begin the name of a helper file with an underscore")
    group, _, name = module_name.removeprefix(f"{rules.__name__}.").partition(".")
    expected = f"{group}.{name.replace('_', '-')}"
    if rule.id != expected:
        raise ValueError(f"{module_name}: RULE.id is {rule.id!r}, the file name requires {expected!r}")
    return rule

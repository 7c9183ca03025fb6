"""What the composition root hands to every room's handlers."""

from collections.abc import Mapping

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from myedu.esia.client import EsiaClient
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.i18n import Words
from myedu.portal.pages import Pages
from myedu.portal.settings import PortalSettings
from myedu.portal.sight import Sight


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """Opened in the application's lifespan, closed at its end. What one room alone needs is not here."""

    settings: PortalSettings
    clock: Clock
    database: Database
    esia: EsiaClient
    pages: Pages
    words: Mapping[str, Words]
    sight: Sight


FromTools = NamedDependency[SkipValidation[Tools]]
"""A handler's parameter must be called `tools`."""

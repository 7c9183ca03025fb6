"""The portal as a relying party of ESIA."""

from myedu.esia.settings import EsiaSettings
from myedu.kit.settings import Settings
from myedu.portal.identity.presenter import ENTER
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.settings import ServerSettings

ENTER_BACK = f"{ENTER}/back"


def esia_settings(settings: Settings) -> EsiaSettings:
    """The settings of ESIA's client, from those of the portal."""
    base_url, own = settings.of(ServerSettings).base_url, settings.of(IdentitySettings)
    return EsiaSettings(
        base_url=own.esia_url,
        client_id=own.esia_client_id,
        redirect_uri=f"{base_url}{ENTER_BACK}",
        key=own.esia_key,
        certificate=own.esia_certificate,
        token_keys=own.esia_token_keys,
        issuer=own.esia_issuer,
        version=own.esia_version,
        certificate_hash=own.esia_certificate_hash,
        logout_redirect_url=f"{base_url}/",
        timeout_s=own.esia_seconds,
    )

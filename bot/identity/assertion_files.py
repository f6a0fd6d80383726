"""SAML assertions that somebody else makes and leaves in files (RFC 7522)."""

from pathlib import Path

from bot.identity.refusals import TokenRefused

PLACEHOLDER = "{user}"
LARGEST = 1024 * 1024


def assertion_path(template: str, user_name: str) -> Path:
    """The file of one user; TokenRefused for a name that would lead elsewhere."""
    if PLACEHOLDER in template and (
        not user_name or user_name.startswith(".") or set(user_name) & set("/\\\0")
    ):
        raise TokenRefused("This user name cannot be part of FUSION_SAML_ASSERTION_FILE.")
    return Path(template.replace(PLACEHOLDER, user_name))


def read_assertion(path: Path) -> bytes:
    """The assertion in XML; read anew each time, since whoever makes it replaces it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TokenRefused(
            f"The SAML assertion cannot be read ({error.strerror}): check "
            "FUSION_SAML_ASSERTION_FILE, and that there is one for this user."
        ) from None
    if not content.strip() or len(content) > LARGEST:
        raise TokenRefused(
            "The file of FUSION_SAML_ASSERTION_FILE holds no SAML assertion: it is empty or too large."
        )
    return content

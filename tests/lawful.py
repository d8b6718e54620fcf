"""What a study that asks real people says in law, so that its rounds open."""

from __future__ import annotations

from survey.fieldwork.law import Law, LegalBasis

LAW = Law(
    purpose="Följa hur arbetssättet utvecklas.",
    legal_basis=LegalBasis.PUBLIC_INTEREST,
    controller="Region Jämtland Härjedalen",
    contact="dataskydd@example.se",
)
"""For `create_study(law=LAW)`."""

OPTIONS = (
    "--purpose", LAW.purpose, "--legal-basis", "public_interest",
    "--controller", LAW.controller, "--contact", LAW.contact,
)  # fmt: skip
"""For `./run studies create`."""

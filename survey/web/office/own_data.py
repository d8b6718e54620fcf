"""What is stored about the person who is logged in, as a file to keep."""

from __future__ import annotations

from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.audit import record
from survey.accounts.export import EXPORTED, exported
from survey.models import Account
from survey.web import current_services
from survey.web.office import access
from survey.web.office.account import blueprint
from survey.web.office.database import writing
from survey.web.office.downloads import download


@blueprint.post("/konto/uppgifter")
@access.login_required
def own_data() -> BaseResponse:
    """A post, since it leaves a trace."""
    now = current_services().clock()
    with writing() as session:
        account = session.get_one(Account, access.person().account.id)
        record(
            session,
            actor=account.email,
            account_id=account.id,
            action=EXPORTED,
            subject=account.email,
            detail={},
            now=now,
        )
        session.flush()
        text = exported(session, account, now)
    return download(text.encode(), f"konto-{account.id}.json", "application/json")

"""The forms of the logged-in pages. Structure and checks only; the templates draw them."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from survey.accounts.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD

MOST_CARDS = 500
"""More than the largest work group; a slip of the keyboard should not print ten thousand cards."""


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """(value, label) pairs as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The base of every form here: a post without the session's token is not valid."""


class LogInForm(Form):
    email = StringField(
        _l("E-mail"),
        [InputRequired(_l("Write your e-mail address.")), Length(max=200, message=_l("That address is too long."))],
        render_kw={"autocomplete": "username", "type": "email", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Write your password.")),
            Length(max=LONGEST_PASSWORD, message=_l("That password is too long.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Write a password.")),
            Length(
                min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD, message=_l("The password needs at least 12 characters.")
            ),
        ],
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same password again"),
        [EqualTo("password", message=_l("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class CodeForm(Form):
    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Write the code.")),
            Regexp(r"^\s*([0-9]\s*){6}$", message=_l("The code has six digits.")),
        ],
        description=_l("Six digits from the application on your telephone."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12"},
    )


class RoundForm(Form):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the round a name.")), Length(max=80, message=_l("At most 80 characters."))],
        description=_l("For example autumn 2026."),
    )
    version = SelectField(
        _l("Instrument version"), [Optional()], description=_l("The newest one, unless you have a reason.")
    )
    opens_on = DateField(_l("Opens"), [Optional()], description=_l("The day that respondents are told."))
    closes_on = DateField(_l("Closes"), [Optional()], description=_l("The last day to answer."))
    before = SelectField(
        _l("Earlier round"), [Optional()], description=_l("Change is measured from it. Leave it out in a first round.")
    )
    units = SelectMultipleField(_l("Units that take part"), [InputRequired(_l("Choose at least one unit."))])

    def validate_closes_on(self, field: DateField) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_l("The round cannot close before it opens."))


class GroupForm(Form):
    units = SelectMultipleField(_l("Units"), [InputRequired(_l("Choose at least two units."))])
    name = StringField(
        _l("Name"),
        [Optional(), Length(max=200, message=_l("At most 200 characters."))],
        description=_l("Leave it empty to call the group what its units are called."),
    )


class CardsForm(Form):
    unit = SelectField(_l("Unit"), [InputRequired(_l("Choose a unit."))])
    count = IntegerField(
        _l("Number of cards"),
        [
            InputRequired(_l("Write how many cards you need.")),
            NumberRange(min=1, max=MOST_CARDS, message=_l("Choose a number from 1 to 500.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    form = SelectField(
        _l("As"), choices=choices([("pdf", _l("Sheets to print and cut (PDF)")), ("csv", _l("A table (CSV)"))])
    )


class PlainForm(Form):
    """Only the token: for a page whose whole form is a button."""

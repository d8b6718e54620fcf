"""The forms of a study: what it is, what it says in law, and what is deleted under which decision."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from survey.answering.own_code import FEWEST_QUESTIONS
from survey.fieldwork.law import (
    INFORMATION_LENGTH,
    LINE_LENGTH,
    MOST_FREE_TEXT_DAYS,
    PURPOSE_LENGTH,
    Law,
    LegalBasis,
)
from survey.web.office.forms import Form, choices
from survey.web.office.words import basis_words

_LINE = Length(max=LINE_LENGTH, message=_l("At most 200 characters."))
_INFORMATION = Length(max=INFORMATION_LENGTH, message=_l("At most 4,000 characters."))


class LawForm(Form):
    purpose = TextAreaField(
        _l("Purpose"),
        [Optional(), Length(max=PURPOSE_LENGTH, message=_l("At most 1,000 characters."))],
        description=_l("What the answers will be used for. Those who answer read it."),
        render_kw={"rows": 3},
    )
    legal_basis = SelectField(
        _l("Legal basis"),
        [Optional()],
        description=_l(
            "The usual one is a task in the public interest. An authority cannot use legitimate interest in its tasks, "
            "and consent is seldom free for those who depend on it."
        ),
    )
    controller = StringField(
        _l("Who is responsible for the personal data"),
        [Optional(), _LINE],
        description=_l("The organisation, for example the social welfare committee (personuppgiftsansvarig)."),
    )
    contact = StringField(
        _l("Whom those who answer may turn to"),
        [Optional(), _LINE],
        description=_l("An address or a number, perhaps the data protection officer's."),
    )
    information_sv = TextAreaField(
        _l("Own information in Swedish"),
        [Optional(), _INFORMATION],
        description=_l("Plain text. What is stored, for how long, and which rights there are, is written already."),
        render_kw={"rows": 5},
    )
    information_en = TextAreaField(_l("Own information in English"), [Optional(), _INFORMATION], render_kw={"rows": 5})

    def offer_bases(self) -> None:
        bases = [(str(basis), basis_words(basis)) for basis in LegalBasis]
        self.legal_basis.choices = choices([("", _l("Not chosen yet")), *bases])

    def show(self, law: Law) -> None:
        """Fill in what the study says now."""
        self.purpose.data, self.controller.data, self.contact.data = law.purpose, law.controller, law.contact
        self.legal_basis.data = law.legal_basis or ""
        self.information_sv.data = law.information.get("sv", "")
        self.information_en.data = law.information.get("en", "")

    def said(self, law: Law) -> Law:
        """`law` with what was written."""
        return replace(
            law,
            purpose=self.purpose.data or "",
            legal_basis=LegalBasis(self.legal_basis.data) if self.legal_basis.data else None,
            controller=self.controller.data or "",
            contact=self.contact.data or "",
            information={"sv": self.information_sv.data or "", "en": self.information_en.data or ""},
        )


class StudyForm(LawForm):
    title = StringField(
        _l("Name"),
        [DataRequired(_l("Give the study a name.")), Length(max=200, message=_l("At most 200 characters."))],
        description=_l("For example EBP-termometern in Jämtland."),
    )
    slug = StringField(
        _l("Short name"),
        [
            DataRequired(_l("Give the study a short name.")),
            Length(max=60, message=_l("At most 60 characters.")),
            Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use only a–z, 0–9 and hyphens in the short name.")),
        ],
        description=_l("Only a–z, 0–9 and hyphens. It is part of file names and cannot be changed."),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    instrument = SelectField(_l("Instrument"), [InputRequired(_l("Choose an instrument."))])
    owner = SelectField(
        _l("Belongs to"),
        [InputRequired(_l("Choose who the study belongs to."))],
        description=_l("Those who have a role here, or above, can work with the study."),
    )
    k = IntegerField(
        _l("Smallest group that is shown"),
        [Optional(), NumberRange(min=5, max=100, message=_l("Choose a number from 5 to 100."))],
        description=_l("Never below 5. Leave it empty to use the number that suits the instrument."),
        render_kw={"inputmode": "numeric"},
    )
    linked = BooleanField(
        _l("Follow the same persons over rounds"),
        description=_l("With a pseudonym. The study is then called confidential, not anonymous."),
    )
    code_questions = SelectMultipleField(
        _l("Follow them by a code that each person makes"),
        description=_l(
            "For open links. Choose at least four questions that the code is made from. A third to a half of the "
            "people make another code the next time, and are then not followed."
        ),
    )

    def validate_code_questions(self, field: SelectMultipleField) -> None:
        if field.data and len(field.data) < FEWEST_QUESTIONS:
            raise ValidationError(_l("Choose at least four questions, or none."))


class DeletionForm(Form):
    deletion_decision = StringField(
        _l("Decision on deletion"),
        [Optional(), _LINE],
        description=_l(
            "The reference of the formal decision (gallringsbeslut). Without one, texts and old events are not deleted."
        ),
    )
    free_text_days = IntegerField(
        _l("Days that texts are kept"),
        [
            InputRequired(_l("Write a number of days.")),
            NumberRange(min=1, max=MOST_FREE_TEXT_DAYS, message=_l("Choose a number from 1 to 3650.")),
        ],
        description=_l("Counted from the sealing. Once a round has opened, the number can only be made smaller."),
        render_kw={"inputmode": "numeric"},
    )

    def show(self, law: Law) -> None:
        self.deletion_decision.data, self.free_text_days.data = law.deletion_decision, law.free_text_days

    def said(self, law: Law) -> Law:
        days = self.free_text_days.data or law.free_text_days
        return replace(law, deletion_decision=self.deletion_decision.data or "", free_text_days=days)

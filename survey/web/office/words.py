"""What the states, steps, roles and events are called on a page. One table each; an unknown word is an error."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from survey.accounts.audit import COMMAND_LINE, JOB
from survey.fieldwork.law import ARTICLES, LegalBasis
from survey.jobs.client import Job
from survey.keeping.due import Waits
from survey.models import Round, RoundState, Study

STATES = {
    RoundState.DRAFT: _l("Being prepared"),
    RoundState.OPEN: _l("Open"),
    RoundState.CLOSED: _l("Closed"),
    RoundState.SEALED: _l("Sealed"),
    RoundState.RELEASED: _l("Released"),
}

STATE_SENTENCES = {
    RoundState.DRAFT: _l("Nobody can answer yet. Write how many are invited, and open the round when it is time."),
    RoundState.OPEN: _l("The round is open. Answers lie sealed, and nobody can read them yet."),
    RoundState.CLOSED: _l("Nobody can start answering any more. Those who had begun get one hour to finish."),
    RoundState.SEALED: _l(
        "The answers are mixed. The keys are destroyed after the next backup, at the latest after a set time."
    ),
    RoundState.RELEASED: _l("The results are frozen and published. The reports are ready."),
}
KEYS_GONE = _l("The answers are mixed, and the keys are destroyed. Nobody can tell any more who gave which answer.")
"""What a sealed round is once its keys are gone."""

JOBS = {
    "open": _l("The round is being opened"),
    "close": _l("The round is being closed"),
    "seal": _l("The round is being sealed"),
    "release": _l("The results are being released"),
}

JOB_STATES = {
    "waiting": _l("It waits for its turn."),
    "running": _l("It is under way."),
    "done": _l("It is done."),
    "failed": _l("It stopped, and nothing more has been changed."),
    "cancelled": _l("It was cancelled."),
    "given up": _l("It was tried several times and stopped. The person who runs the installation needs to look at it."),
}

EVENTS = {
    "log_in": _l("Logged in"),
    "log_in_failed": _l("Tried to log in"),
    "set_password": _l("Chose a password"),
    "right_code": _l("Typed a right code"),
    "wrong_code": _l("Typed a wrong code"),
    "set_up_second_factor": _l("Turned two-step log-in on"),
    "remove_second_factor": _l("Turned two-step log-in off"),
    "export_microdata": _l("Took rows out of a round"),
    "reset_second_factor": _l("Turned two-step log-in off for somebody"),
    "create_account": _l("Created an account"),
    "grant_role": _l("Gave a role"),
    "issue_login_code": _l("Made a one-time link"),
    "export_account": _l("Took out what is stored about an account"),
    "create_study": _l("Created a study"),
    "change_study": _l("Changed what a study says"),
    "create_round": _l("Created a round"),
    "ask_open_round": _l("Asked for a round to be opened"),
    "declare_group": _l("Declared units to be shown together"),
    "open_round": _l("Opened a round"),
    "end_study": _l("Ended a study"),
    "ask_end_study": _l("Asked for a study to be ended"),
    "make_study_key": _l("Made a study's key"),
    "invite": _l("Invited people by name"),
    "launch_round": _l("Launched a round with personal invitations"),
    "print_letters": _l("Wrote letters to those invited"),
    "ask_close_round": _l("Asked for a round to be closed"),
    "ask_seal_round": _l("Asked for a round to be sealed"),
    "ask_release_round": _l("Asked for a round to be released"),
    "destroy_keys": _l("Destroyed a round's keys"),
    "make_backup": _l("Made a backup"),
    "restore_backup": _l("Put a backup back"),
    "close_round": _l("Closed a round"),
    "seal_round": _l("Sealed a round"),
    "release_round": _l("Released a round"),
    "set_invited": _l("Changed the number invited"),
    "make_cards": _l("Made cards"),
    "import_responses": _l("Brought in answers"),
    "type_paper": _l("Typed in paper forms"),
    "choose_paper_twice": _l("Chose how many times paper forms are typed in"),
    "drop_paper": _l("Threw away a paper form that was half typed in"),
    "release_text": _l("Released a free text"),
    "withhold_text": _l("Withheld a free text"),
    "sign_record": _l("Signed an entry"),
    "correct_record": _l("Corrected an entry"),
    "retract_record": _l("Took an entry back"),
    "export_records": _l("Took entries out as a file"),
}


ACTORS = {JOB: _l("The system"), COMMAND_LINE: _l("The command line")}

WAITS = {
    Waits.NOT_DUE: _l("It goes on that day."),
    Waits.DECISION: _l("It waits for a decision on deletion."),
    Waits.NEXT_RUN: _l("It goes within the hour."),
}

LAW_FIELDS = {
    "purpose": _l("Purpose"),
    "legal_basis": _l("Legal basis"),
    "controller": _l("Who is responsible for the personal data"),
    "contact": _l("Whom those who answer may turn to"),
    "information": _l("Own information"),
    "deletion_decision": _l("Decision on deletion"),
    "free_text_days": _l("Days that texts are kept"),
}

BASES = {
    LegalBasis.PUBLIC_INTEREST: _l("Task in the public interest"),
    LegalBasis.LEGAL_OBLIGATION: _l("Legal obligation"),
    LegalBasis.CONSENT: _l("Consent"),
    LegalBasis.LEGITIMATE_INTEREST: _l("Legitimate interest"),
}


def law_field(name: str) -> str:
    """A field of a study, as its form calls it."""
    return str(LAW_FIELDS.get(name, name))


def law_value(name: str, value: object) -> str:
    """What a field held: a legal basis by its name, texts one after the other."""
    if name == "legal_basis" and value:
        return basis_words(LegalBasis(str(value)))
    if isinstance(value, dict):
        return "; ".join(f"{language}: {text}" for language, text in value.items())
    return "–" if value in (None, "") else str(value)


def basis_words(basis: LegalBasis) -> str:
    """ "Task in the public interest (article 6.1 e)"."""
    article = gettext("article %(number)s", number=ARTICLES[basis])
    return f"{BASES[basis]} ({article})"


def state_sentence(round_: Round) -> str:
    """Where a round is, in a sentence or two."""
    if round_.state == RoundState.SEALED and round_.keys_destroyed_at is not None:
        return str(KEYS_GONE)
    return str(STATE_SENTENCES[RoundState(round_.state)])


def following(study: Study) -> str:
    """How a study follows persons over its rounds; "" where it does not."""
    if study.ended_at:
        return gettext("ended: nobody is followed any more, and no new round can be made")
    if study.code_questions:
        return gettext("confidential: the same persons are followed by a code that they make themselves")
    return gettext("confidential: the same persons are followed by pseudonym") if study.linked else ""


def actor(name: str) -> str:
    """Who did something: an account by what it logs in with, else by a word."""
    return str(ACTORS.get(name, name))


def job_state(job: Job) -> str:
    """How far a job has come."""
    said = str(JOB_STATES[job.state])
    if job.state == "running" and job.steps:
        said += " " + ngettext("%(num)s step is done.", "%(num)s steps are done.", job.steps)
    return said


def event(action: str) -> str:
    """An event in words; one that this table does not know is shown by its own name rather than hidden."""
    return str(EVENTS.get(action, action))


@dataclass(frozen=True)
class Step:
    """One way forward for a round: what it is called, what it means, and from which state it may be taken."""

    name: str
    """The job's name in the job engine, and the step's name in the trail of events."""
    path: str
    """The last part of the address of its confirmation page."""
    before: RoundState
    label: object
    meaning: object
    done: object
    """What the page says when the step is taken or its job has begun."""


STEPS = (
    Step(
        "open",
        "oppna",
        RoundState.DRAFT,
        _l("Open the round"),
        _l("The open links and cards start to work. After this, instrument and units can no longer be changed."),
        _l("The round is being opened. The links and cards work when it is open."),
    ),
    Step(
        "close",
        "stang",
        RoundState.OPEN,
        _l("Close the round"),
        _l("Nobody can start answering any more. Those who have begun get one hour to finish."),
        _l("The round is being closed."),
    ),
    Step(
        "seal",
        "forsegla",
        RoundState.CLOSED,
        _l("Seal the round"),
        _l("The answers are mixed for good, and drafts are dropped. This cannot be undone."),
        _l("The round is being sealed."),
    ),
    Step(
        "release",
        "publicera",
        RoundState.SEALED,
        _l("Release the results"),
        _l("The results are computed and frozen, and a report is written for each group. This cannot be undone."),
        _l("The results are being computed and the reports written."),
    ),
)

AGAIN = Step(
    "release",
    "publicera",
    RoundState.RELEASED,
    _l("Release the results again"),
    _l("Answers have come since the results were released. They are computed once more; the earlier release stays."),
    _l("The results are being computed and the reports written."),
)
"""What a released round can take when paper has come late."""

STEPS_BY_PATH = {step.path: step for step in STEPS}


def step_at(path: str, state: str) -> Step:
    """The step with that address: to release is another step where it has been done before."""
    return AGAIN if path == AGAIN.path and state == RoundState.RELEASED else STEPS_BY_PATH[path]


def next_step(state: str, late: bool) -> Step | None:
    """The one step that a round in `state` can take; None when it is released, unless answers have come `late`."""
    if state == RoundState.RELEASED:
        return AGAIN if late else None
    return next(step for step in STEPS if step.before == state)

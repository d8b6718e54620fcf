"""The tables. Invariants are named constraints; migrations stand beside them in survey/migrations."""

from survey.models.accounts import Account, AuditEvent, LoginCode, Role, RoleGrant
from survey.models.answers import (
    Card,
    Draft,
    FreeText,
    ImportedFile,
    Invitation,
    PaperForm,
    Person,
    Response,
    TextState,
    UrnBox,
)
from survey.models.base import LARGEST_ID, Base, random_id
from survey.models.cases import CaseAccess, CaseAct, CaseCount, CaseLog, CaseOccasion, CaseRole, ClientCase
from survey.models.jobs import Worker
from survey.models.keeping import Backup, DeletionRecord
from survey.models.organisation import OrganisationKind, OrganisationUnit
from survey.models.records import RecordEntry
from survey.models.releases import LedgerEntry, LiveCount, Release, ReportFile
from survey.models.study import MIXED, PaperDifference, Round, RoundState, RoundUnit, Study
from survey.models.views import SavedView

__all__ = [
    "LARGEST_ID",
    "MIXED",
    "Account",
    "AuditEvent",
    "Backup",
    "Base",
    "Card",
    "CaseAccess",
    "CaseAct",
    "CaseCount",
    "CaseLog",
    "CaseOccasion",
    "CaseRole",
    "ClientCase",
    "DeletionRecord",
    "Draft",
    "FreeText",
    "ImportedFile",
    "Invitation",
    "LedgerEntry",
    "LiveCount",
    "LoginCode",
    "OrganisationKind",
    "OrganisationUnit",
    "PaperDifference",
    "PaperForm",
    "Person",
    "RecordEntry",
    "Release",
    "ReportFile",
    "Response",
    "Role",
    "RoleGrant",
    "Round",
    "RoundState",
    "RoundUnit",
    "SavedView",
    "Study",
    "TextState",
    "UrnBox",
    "Worker",
    "random_id",
]

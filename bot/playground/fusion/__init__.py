"""An emulated Oracle Fusion over real HTTP: agent teams that play scripts.

server        FusionServer: starts, stops, and is what tests look at and steer
routes        HTTP to calls of the orchestrator and back
orchestrator  conversations and jobs: what an invocation and a reading of a status do
invocation    the body of invokeAsync, read strictly
jobs          a job: its state is a function of the time and of the answers it got
steps         what scripts are made of, and how a person's answer is understood
bodies        what Fusion's replies look like
teams         the demo's agent teams, and what to try with them
finance       what the finance desk does when asked what; its parts are in
              approvals, waits and everyday
texts         what is answered: documents, reports, hostile output
faults        trouble on request: lost connections, half replies, login pages
news          waiting until something happened

The identity domain on its port is bot.playground.identity.
"""

from bot.playground.fusion.faults import Fault, FaultKind, Faults
from bot.playground.fusion.jobs import Job, JobStatus
from bot.playground.fusion.orchestrator import Decision, Invocation, Refusal
from bot.playground.fusion.server import FusionServer
from bot.playground.fusion.steps import Action
from bot.playground.fusion.teams import (
    DEMO_TEAMS,
    FINANCE_DESK,
    HR_HELP,
    UNPUBLISHED_TEAM,
    Reply,
    Team,
    suggestions,
)

__all__ = [
    "DEMO_TEAMS",
    "FINANCE_DESK",
    "HR_HELP",
    "UNPUBLISHED_TEAM",
    "Action",
    "Decision",
    "Fault",
    "FaultKind",
    "Faults",
    "FusionServer",
    "Invocation",
    "Job",
    "JobStatus",
    "Refusal",
    "Reply",
    "Team",
    "suggestions",
]

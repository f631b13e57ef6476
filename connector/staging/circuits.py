"""How the targets have answered lately, for all workers together."""

from datetime import datetime

from sqlalchemy import bindparam, select

from connector.domain.circuit import Circuit
from connector.domain.person import CONNECTOR
from connector.staging.audit import SqlAudit
from connector.staging.rows import circuit_from, circuit_to
from connector.staging.schema import circuits
from connector.staging.values import message_to

_OF = circuits.c.target == bindparam("its_target")
_READ = select(circuits).where(_OF)
_CHANGE = circuits.update().where(_OF)
_ADD = circuits.insert()
_ASK_AGAIN = (
    circuits.update()
    .where(_OF, circuits.c.resume_at <= bindparam("now"))
    .values(resume_at=bindparam("until"))
)


class SqlCircuits(SqlAudit):
    """One row for each target that ever gave trouble, or whose rate is limited."""

    def circuit(self, target: str) -> Circuit:
        """Return the target's circuit; one that is closed if nothing is known."""
        found = self.connection.execute(_READ, {"its_target": target})
        row = found.mappings().one_or_none()
        return Circuit(target=target) if row is None else circuit_from(row)

    def save_circuit(self, circuit: Circuit, *, event: str = "") -> None:
        """Store it; with an audit row that says `event`, if there is one to tell."""
        row = circuit_to(circuit)
        changed = self.connection.execute(_CHANGE, row | {"its_target": circuit.target})
        if changed.rowcount == 0:
            self.connection.execute(_ADD, row)
        if event:
            self._tell(event, circuit)

    def ask_again(self, target: str, *, now: datetime, until: datetime) -> bool:
        """
        Say whether we are the one that asks a target whose time to wait has passed.

        False also where nobody waits: such a target is asked by all.
        """
        moved = self.connection.execute(
            _ASK_AGAIN, {"its_target": target, "now": now, "until": until}
        )
        return moved.rowcount == 1

    def _tell(self, event: str, circuit: Circuit) -> None:
        problem, resume_at = circuit.problem, circuit.resume_at
        facts = {
            "target": circuit.target,
            "problem": None if problem is None else message_to(problem),
            "resume_at": None if resume_at is None else resume_at.isoformat(),
            "busy": circuit.busy,
            "lost": circuit.lost,
        }
        self.record(event, facts, item_id=None, by=CONNECTOR.name, at=self.clock.now())

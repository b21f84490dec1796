"""Effects as values: put together with `bind` and its kin, and run afterwards."""

from packetflow.action.action import Action
from packetflow.action.execution import Execution, Status
from packetflow.action.steps import Compensations

__all__ = ["Action", "Compensations", "Execution", "Status"]

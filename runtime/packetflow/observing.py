"""What can be seen of a running app: its metrics, its health, its alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packetflow.actor import System

if TYPE_CHECKING:
    from packetflow.observe.measures import Measures
    from packetflow.observe.monitor import AlertHook, Monitor
    from packetflow.observe.shown import Condition, Raised
    from packetflow.temporal.running import Runs


class Observing:
    """The observers of an app. What is not observed costs nothing: nobody looks."""

    system: System

    _measures: Measures | None = None
    _monitor: Monitor | None = None

    def observe(self) -> Measures:
        """Measure every reactor from now on; the second time gives the same measures."""
        if self._measures is None:
            # Imported late: who observes nothing does not wait for it.
            from packetflow.observe.measures import Measures

            self._measures = Measures(self.system)
        return self._measures

    def metrics(self) -> str:
        """Everything that is measured, in Prometheus' text format; observes from now."""
        from packetflow.observe.prometheus import Collector

        return Collector(self.system, self.observe(), self._monitor).text()

    @property
    def runs(self) -> tuple[Runs, ...]:
        """How it goes with each schedule of the app."""
        return ()

    def overview(self) -> dict[str, Any]:
        """All that the dashboard shows, as plain values; observes from now."""
        from packetflow.observe.overview import overview

        return overview(self)

    @property
    def health(self) -> tuple[Condition, ...]:
        """How each reactor is that declares a check; empty before the start."""
        return () if self._monitor is None else self._monitor.conditions

    @property
    def alerts(self) -> tuple[Raised, ...]:
        """The alerts that are raised now."""
        return () if self._monitor is None else self._monitor.alerts

    def clear_alerts(self) -> tuple[Raised, ...]:
        """Clear all alerts; what still holds is raised again when it has lasted anew."""
        return () if self._monitor is None else self._monitor.clear_alerts()

    def on_alert(self, hook: AlertHook) -> None:
        """Call back with each alert, and whether it was raised (else cleared).

        Raises LookupError if no running reactor declares one.
        """
        if self._monitor is None:
            raise LookupError("no reactor that runs declares an alert")
        self._monitor.on_alert(hook)

    def _start_monitor(self) -> None:
        kinds = [
            *(cell.reactor_type for cell in self.system.cells),
            *(pool.reactor_type for pool in self.system.pools),
        ]
        if any(kind.health or kind.alerts for kind in kinds):
            from packetflow.observe.monitor import Monitor

            self._monitor = Monitor(self.system)
            self._monitor.start()

    def _stop_monitor(self) -> None:
        if self._monitor is not None:
            self._monitor.stop()

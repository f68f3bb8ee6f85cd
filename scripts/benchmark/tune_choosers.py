"""Ways to choose the settings of the next training: random draws, and Optuna."""

from __future__ import annotations

import random
from typing import Any, Protocol

from tune_knobs import Knob, Settings
from tune_runs import Trial, lowest


class Chooser(Protocol):
    """A way to choose settings. The first trial's are those given, which is `{}`."""

    def propose(self, is_first: bool) -> tuple[Settings, Any]: ...

    def wants_to_prune(self, trial: Trial, epochs_before: int) -> bool: ...

    def tell(self, trial: Trial) -> None: ...


class RandomChooser:
    def __init__(self, space: list[Knob], seed: int) -> None:
        self.space, self.generator = space, random.Random(seed)

    def propose(self, is_first: bool) -> tuple[Settings, Any]:
        return ({} if is_first else {knob.name: knob.draw(self.generator) for knob in self.space}), None

    def wants_to_prune(self, trial: Trial, epochs_before: int) -> bool:
        return False

    def tell(self, trial: Trial) -> None:
        pass


class OptunaChooser:
    def __init__(self, space: list[Knob], start: Settings, epochs: int, seed: int, pruner: str) -> None:
        import warnings

        import optuna

        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.pruned = optuna.trial.TrialState.PRUNED
        self.space = space
        self.study = optuna.create_study(
            study_name=f"tune-{seed}",  # Hyperband's brackets go by the name
            sampler=optuna.samplers.TPESampler(multivariate=True, constant_liar=True, seed=seed),
            pruner=optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs)
            if pruner == "hyperband"
            else optuna.pruners.SuccessiveHalvingPruner(min_resource=1),
        )
        self.study.enqueue_trial({knob.name: knob.nearest(start.get(knob.name, "")) for knob in space})

    def propose(self, is_first: bool) -> tuple[Settings, Any]:
        handle = self.study.ask()
        settings = {knob.name: knob.suggest(handle) for knob in self.space}
        return ({} if is_first else settings), handle

    def wants_to_prune(self, trial: Trial, epochs_before: int) -> bool:
        for epoch in range(epochs_before + 1, len(trial.losses) + 1):
            trial.handle.report(lowest(trial.losses[:epoch]), epoch)
            if trial.handle.should_prune():
                return True
        return False

    def tell(self, trial: Trial) -> None:
        """A failed trial is as bad as can be; one that has no value would only be forgotten."""
        if trial.is_pruned:
            self.study.tell(trial.handle, state=self.pruned)
        else:
            self.study.tell(trial.handle, trial.best)

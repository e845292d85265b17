"""The runs page of the merge wizard: equal points, trials, and parameters that a file does not have."""

from pytestqt.qtbot import QtBot

from pexgui.core import Fill
from pexgui.ui.merge import DETAILS, RUNS, SUMMARY, MergeWizard
from tests.ui import merges
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import Start, plans, settle
from tests.ui.merges import CLUSTER, LAPTOP, Merges


def test_what_is_equal_is_said_in_numbers_and_as_a_picture(wizard: MergeWizard, qtbot: QtBot) -> None:
    wizard.footer.next.click()
    assert wizard.at() == RUNS
    assert wizard.runs.title.text() == "12 points are in both files"
    assert "988 only in lif_sweep_laptop" in wizard.runs.overlap.accessibleDescription()
    assert "12 in both" in wizard.runs.overlap.accessibleDescription()
    results = [card.result.text() for card in (wizard.runs.every, wizard.runs.once, wizard.runs.trials)]
    assert results == ["2,000 runs", "1,988 runs", "2,000 runs"]


def test_each_point_once_and_trials_reach_the_request(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(RUNS)
    wizard.runs.once.radio.click()
    settle(wizard, worker)
    assert plans(worker)[-1].once
    assert wizard.planning.plan is not None
    assert wizard.planning.plan.runs == 1988
    wizard.runs.trials.radio.click()
    assert wizard.runs.trial.isVisible()
    settle(wizard, worker)
    assert (plans(worker)[-1].once, plans(worker)[-1].trial) == (False, merges.TRIAL)
    assert wizard.runs.once.result.text() == "1,988 runs"
    assert wizard.steps.steps[RUNS].accessibleName() == "Step 2, Runs: current"


def test_without_a_parameter_that_counts_trials_the_choice_is_not_there(start: Start, world: Merges) -> None:
    world.trials = ()
    wizard = start(LAPTOP, CLUSTER)
    assert not wizard.runs.trials.radio.isEnabled()
    assert "counts trials" in wizard.runs.trials.sentence.text()


def test_the_old_picture_stays_until_the_new_plan_is_there(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(RUNS)
    worker.held = True
    before = wizard.planning.plan
    wizard.runs.once.radio.click()
    wizard.planning.ask()
    assert wizard.planning.plan is before
    assert wizard.runs.title.text() == "12 points are in both files"
    assert not wizard.planning.settled()
    wizard.go_to(SUMMARY)
    assert not wizard.footer.next.isEnabled()
    assert wizard.footer.words.text() == "Looking through the files…"
    worker.deliver()
    assert wizard.planning.settled()
    assert wizard.footer.next.isEnabled()


def test_a_missing_parameter_needs_a_value_and_gets_it(start: Start, world: Merges, worker: InlineWorker) -> None:
    world.missing = (merges.MISSING,)
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(RUNS)
    assert not wizard.footer.next.isEnabled()
    assert wizard.footer.words.text() == world.plan(plans(worker)[-1], worker.answers["plan_merge"]).problem
    field = wizard.runs.missing.fields[0]
    assert field.placeholderText() == "100.0 elsewhere"
    field.setText("250.0")
    field.textEdited.emit("250.0")
    settle(wizard, worker)
    assert plans(worker)[-1].fills == (Fill("parameters.stim.onset", 1, "250.0"),)
    assert wizard.footer.next.isEnabled()
    assert wizard.runs.missing.fields[0] is field
    field.textEdited.emit(" ")
    settle(wizard, worker)
    assert plans(worker)[-1].fills == ()


def test_the_value_of_the_other_file_is_taken_exactly(start: Start, world: Merges, worker: InlineWorker) -> None:
    world.missing = (merges.MISSING,)
    wizard = start(LAPTOP, CLUSTER)
    wizard.runs.missing.use_all()
    settle(wizard, worker)
    assert plans(worker)[-1].fills == (Fill("parameters.stim.onset", 1, ""),)
    assert wizard.runs.missing.fields[0].text() == "100.0"


def test_a_value_for_a_file_stays_with_it_when_the_order_changes(
    start: Start, world: Merges, worker: InlineWorker
) -> None:
    world.missing = (merges.MISSING,)
    wizard = start(LAPTOP, CLUSTER)
    wizard.runs.missing.use_all()
    wizard.choices.move(wizard.choices.sources[1], 0)
    request = wizard.choices.request()
    assert request is not None
    assert request.fills == (Fill("parameters.stim.onset", 0, ""),)


def test_points_that_a_file_repeats_are_not_counted_as_those_of_both(start: Start, world: Merges) -> None:
    world.shared, world.repeated = 12, 3
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(RUNS)
    assert wizard.runs.title.text() == "12 points are in both files"
    assert "985 only in lif_sweep_laptop" in wizard.runs.overlap.accessibleDescription()
    assert "3 runs repeat a point of the same file." in wizard.runs.quiet.words.text()
    assert wizard.runs.once.result.text() == "1,985 runs"


def test_a_value_that_cannot_be_is_marked_and_stops_here(start: Start, world: Merges, worker: InlineWorker) -> None:
    world.missing = (merges.MISSING,)
    world.refused = "What was given for “lif_sweep_cluster.hdf5” is no value that “parameters.stim.onset” can have."
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(RUNS)
    field = wizard.runs.missing.fields[0]
    assert not field.property("wrong")
    field.setText("abc")
    field.textEdited.emit("abc")
    settle(wizard, worker)
    assert field.property("wrong")
    assert wizard.footer.words.text() == world.refused
    assert not wizard.footer.next.isEnabled()
    wizard.go_to(DETAILS)
    assert wizard.details.trouble() == ""
    world.refused = ""
    field.textEdited.emit("7")
    settle(wizard, worker)
    assert not field.property("wrong")


def test_files_of_the_same_name_are_told_apart_by_their_folders(start: Start, world: Merges) -> None:
    world.missing = (merges.MISSING,)
    wizard = start(b"/lab/laptop/a.hdf5", b"/lab/cluster/a.hdf5")
    wizard.go_to(RUNS)
    assert "only in laptop/a" in wizard.runs.overlap.accessibleDescription()
    assert wizard.runs.missing.fields[0].accessibleName().endswith("for cluster/a.hdf5")
    assert "laptop/a.hdf5 and cluster/a.hdf5 are only read" in " ".join(line.fact for line in wizard.summary.lines)

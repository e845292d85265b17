"""Run by an interpreter that has silx or ViTables: expands a group of many children in their tree and prints the
longest block of the event loop in seconds and the memory it took in bytes."""

import os
import sys
import time


def memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Blocks:
    """The longest time between two beats of a timer of one millisecond."""

    def __init__(self, timer_class):
        self.longest, self.last = 0.0, time.perf_counter()
        self.timer = timer_class()
        self.timer.timeout.connect(self.beat)
        self.timer.start(1)

    def beat(self):
        now = time.perf_counter()
        self.longest, self.last = max(self.longest, now - self.last), now


def silx(path, group):
    from silx.gui import qt
    from silx.gui.hdf5 import Hdf5TreeView

    app = qt.QApplication([])
    view = Hdf5TreeView()
    model = view.findHdf5TreeModel()
    model.insertFile(path)
    view.resize(900, 700)
    view.show()

    def expand():
        index = model.index(0, 0)
        view.setExpanded(view.model().index(0, 0), True)
        for name in group.strip("/").split("/"):
            shown = view.model()
            parent = view.currentIndex() if view.currentIndex().isValid() else shown.index(0, 0)
            for row in range(shown.rowCount(parent)):
                child = shown.index(row, 0, parent)
                if child.data() == name:
                    view.setCurrentIndex(child)
                    break
            view.setExpanded(view.currentIndex(), True)
            app.processEvents()
        assert view.currentIndex().data() == group.rsplit("/", 1)[1], index

    return app, qt.QTimer, expand


def vitables(path, group):
    from qtpy import QtCore, QtWidgets

    app = QtWidgets.QApplication([])
    from vitables.vtapp import VTApp

    window = VTApp()
    window.gui.show()
    window.fileOpen(path)
    tree = window.gui.dbs_tree_view

    def expand():
        model = tree.model()
        index = model.index(0, 0, QtCore.QModelIndex())
        tree.expand(index)
        for name in group.strip("/").split("/"):
            for row in range(model.rowCount(index)):
                child = model.index(row, 0, index)
                if child.data() == name:
                    index = child
                    break
            assert index.data() == name
            tree.expand(index)
            app.processEvents()

    return app, QtCore.QTimer, expand


def main():
    which, path, group = sys.argv[1:]
    app, timer_class, expand = {"silx": silx, "vitables": vitables}[which](path, group)
    timer = timer_class()
    timer.setSingleShot(True)
    found = {}

    def measure():
        before = memory()
        blocks = Blocks(timer_class)
        expand()
        end = timer_class()
        end.setSingleShot(True)
        end.timeout.connect(app.quit)
        end.start(2000)
        found.update(before=before, blocks=blocks, end=end)

    timer.timeout.connect(measure)
    timer.start(1500)
    app.exec()
    print(found["blocks"].longest, memory() - found["before"])
    sys.stdout.flush()
    os._exit(0)


main()

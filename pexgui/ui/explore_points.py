"""The right half of the dialog: how many points a design has, which of them exist, and what running them takes."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import ExplorePlan, text

from . import explore_words as words
from . import theme, widgets
from .compact_labels import ColorLabel
from .explore_points_table import PointsTable
from .merge_page import Strip

WIDTH, _LEAST = 432, 340


class PointsHalf(QWidget):
    """Shows the newest plan that has points; while the design is not as it should be, that is muted."""

    def __init__(self, machine: int) -> None:
        super().__init__()
        self._machine = machine
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fit(WIDTH * 3)
        self.number = Number()
        self.product = widgets.label("", "muted", wrap=True)
        self.before = widgets.label(words.BEFORE, "small")
        self.existing = ExistingCard()
        self.table = PointsTable()
        self.repeated, self.time, self.space = Fact("Repeated points"), Fact("Expected time"), Fact("Expected size")
        self.notes = Strip("info")
        self._build()
        self.show_plan(None, False)

    def show_plan(self, plan: ExplorePlan | None, stale: bool) -> None:
        """Show a plan, in muted colours while it is not that of the newest design, which has none."""
        self.before.setVisible(stale and plan is not None)
        self.number.show_number(plan.points if plan is not None else 0, stale or plan is None)
        product = words.product(plan) if plan is not None else words.NOTHING_EXPLORED
        self.product.setText(widgets.breakable(product))
        for part in (self.table, self.repeated, self.time, self.space, *self._lines):
            part.setVisible(plan is not None)
        self.existing.setVisible(plan is not None and plan.request.extend)
        self.notes.say("\n".join(plan.notes[:3]) if plan is not None and not stale else "")
        if plan is None:
            return
        self.existing.show_plan(plan, stale)
        self.table.show_plan(plan, stale)
        self.repeated.say(f"{plan.repeated:,}", "muted" if stale else "warn" if plan.repeated else "")
        self.time.say(words.expected_time(plan, self._machine), "muted" if stale else "")
        full = words.too_large(plan) and not stale
        self.space.say(words.expected_size(plan), "muted" if stale else "bad" if full else "")

    def fit(self, whole: int) -> None:
        """Take so much of a dialog ``whole`` px wide that the parameters have room too."""
        self.setFixedWidth(max(_LEAST, min(WIDTH, round(0.36 * whole))))

    def _build(self) -> None:
        top = QVBoxLayout()
        top.setSpacing(3)
        for part in (self.number, self.product, self.before):
            top.addWidget(part)
        self._lines: list[QFrame] = []
        facts = QVBoxLayout()
        facts.setSpacing(0)
        for number, fact in enumerate((self.repeated, self.time, self.space)):
            if number:
                self._lines.append(widgets.hairline())
                facts.addWidget(self._lines[-1])
            facts.addWidget(fact)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 24, 14)
        column.setSpacing(11)
        column.addLayout(top)
        column.addWidget(self.existing)
        column.addWidget(self.table)
        column.addLayout(facts)
        column.addWidget(self.notes)
        column.addStretch(1)


class Number(QWidget):
    """How many points there are, in large digits, with the word behind it."""

    def __init__(self) -> None:
        super().__init__()
        self._digits, self._word, self._muted = "", "", False
        self.setFixedHeight(28)
        self.setAccessibleName("Number of points")
        widgets.repaint_on_theme(self)

    def text(self) -> str:
        return f"{self._digits} {self._word}"

    def muted(self) -> bool:
        """Whether it is not that of the newest design."""
        return self._muted

    def show_number(self, number: int, muted: bool) -> None:
        self._digits, self._muted = f"{number:,}", muted
        self._word = "point" if number == 1 else "points"
        self.setAccessibleDescription(self.text())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setFont(theme.number_font(22, 600))
        painter.setPen(c.muted if self._muted else c.text)
        base = self.height() - 7
        painter.drawText(0, base, self._digits)
        left = painter.fontMetrics().horizontalAdvance(self._digits) + 9
        painter.setFont(theme.font(17))
        painter.setPen(c.muted)
        painter.drawText(left, base, self._word)
        painter.end()


class ExistingCard(QFrame):
    """How many of the points are runs of the extended trajectory already."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.there, self.of = ColorLabel("text", 600), ColorLabel("text")
        self.missing = ColorLabel("accent", 600)
        self.bar = ExistingBar()
        head = QHBoxLayout()
        head.setSpacing(5)
        for part in (self.there, self.of):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.missing)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 10, 14, 10)
        column.setSpacing(7)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(widgets.label(words.STAYS, "small"))

    def show_plan(self, plan: ExplorePlan, stale: bool) -> None:
        """Show how many exist, and how many will be added."""
        self.there.setText(f"{plan.existing:,}")
        self.of.setText(f"of {plan.points:,} already exist")
        self.missing.setText(f"{plan.runs:,} missing" if plan.runs else "none is missing")
        self.missing.set_role("accent" if plan.runs and not stale else "muted")
        for part in (self.there, self.of):
            part.set_role("muted" if stale else "text")
        self.bar.show_share(plan.existing / plan.points if plan.points else 0.0, stale)


class ExistingBar(QWidget):
    """A bar of 10 px, filled as far as points exist."""

    def __init__(self) -> None:
        super().__init__()
        self._share, self._muted = 0.0, False
        self.setFixedHeight(10)
        self.setAccessibleName("Points that exist")
        widgets.repaint_on_theme(self)

    def show_share(self, share: float, muted: bool) -> None:
        self._share, self._muted = max(0.0, min(1.0, share)), muted
        self.setAccessibleDescription(f"{self._share:.0%}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        ink = c.muted if self._muted else c.accent
        painter.setBrush(theme.mix(ink, c.surface, 0.2))
        painter.drawRoundedRect(whole, 5, 5)
        if self._share:
            painter.setBrush(ink)
            painter.setClipRect(QRectF(0, 0, max(3.0, self._share * whole.width()), 10))
            painter.drawRoundedRect(whole, 5, 5)
        painter.end()


class Fact(QWidget):
    """A muted word at the left, what there is to say about it at the right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.value = ColorLabel("text", 500)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 7, 0, 7)
        row.addWidget(widgets.label(name, "muted"))
        row.addStretch(1)
        row.addWidget(self.value)

    def say(self, said: str, role: str = "") -> None:
        self.value.setText(text.printable(said, 90))
        self.value.set_role(role or "text")

"""How a report looks: the colours and sizes of the program, light, dark and on paper."""

_LIGHT = """
  --window: #F6F7F9; --surface: #FFFFFF; --sunken: #EEF0F3; --border: #DDE1E7; --text: #1B2028; --muted: #586171;
  --accent: #2463D1; --accent-soft: #E5EEFC; --warn: #8A5A00; --warn-soft: #FFF3D1; --bad: #B3261E;
"""
_DARK = """
  --window: #1A1C20; --surface: #222529; --sunken: #15171A; --border: #343941; --text: #E7E9ED; --muted: #A2AAB8;
  --accent: #7AA8FF; --accent-soft: #22314C; --warn: #F0C061; --warn-soft: #362B12; --bad: #FF8F86;
"""

STYLE = (
    ":root { color-scheme: light dark;"
    + _LIGHT
    + "}\n@media screen and (prefers-color-scheme: dark) { :root {"
    + _DARK
    + """} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--window); color: var(--text);
  font: 13px/1.5 "Inter", "Noto Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, .head { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
.head { padding-top: 24px; }
h1 { font-size: 17px; font-weight: 600; margin: 0 0 12px; }
h2 { font-size: 15px; font-weight: 600; margin: 32px 0 8px; }
h3 { font-size: 14px; font-weight: 600; margin: 24px 0 0; }
h4 { font-size: 13px; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
p { margin: 4px 0; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.muted { color: var(--muted); font-size: 12px; }
.warn { color: var(--warn); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
.source { background: var(--surface); border: 1px solid var(--border); border-radius: 8px; padding: 8px 12px;
  display: flex; gap: 12px; align-items: center; overflow-wrap: anywhere; }
.badge { flex: none; width: 20px; height: 20px; border-radius: 4px; font-size: 11px; font-weight: 600;
  display: inline-flex; align-items: center; justify-content: center; }
.badge.a { background: var(--accent-soft); color: var(--accent); }
.badge.b { background: var(--sunken); color: var(--text); border: 1px solid var(--border); }
.settings { margin: 12px 0; }
.counts { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 12px 0; padding: 0; list-style: none; }
.counts b { font-size: 17px; font-weight: 600; }
nav { margin-top: 12px; border-top: 1px solid var(--border); border-bottom: 1px solid var(--border); padding: 12px 0; }
nav ul { list-style: none; margin: 0; padding: 0; columns: 3 240px; column-gap: 24px; }
nav li { display: flex; justify-content: space-between; gap: 8px; break-inside: avoid; }
nav li.inner { padding-left: 18px; }
nav li.part { font-weight: 600; break-after: avoid; }
.pill { background: var(--sunken); border-radius: 9px; padding: 0 8px; font-size: 11px; font-weight: 500;
  line-height: 18px; height: 18px; }
.card { background: var(--surface); border: 1px solid var(--border); border-radius: 8px; margin: 12px 0;
  overflow: hidden; scroll-margin-top: 72px; }
.card > header { display: flex; gap: 8px; align-items: baseline; padding: 6px 12px;
  border-bottom: 1px solid var(--border); }
.card > header > .verdict { margin-left: auto; padding-left: 12px; text-align: right; }
.sign { color: var(--warn); font-weight: 600; }
.body { padding: 8px 12px; overflow-x: auto; }
.two { display: grid; grid-template-columns: 1fr 1fr; }
.two > div { padding: 8px 12px; display: flex; gap: 12px; min-width: 0; }
.two > div + div { border-left: 1px solid var(--border); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; }
ins, del, .differs { background: var(--warn-soft); color: var(--warn); font-weight: 600; }
ins, del { text-decoration: underline; }
.gap { color: var(--muted); font-style: italic; }
table { border-collapse: collapse; }
th { color: var(--muted); font-size: 11px; font-weight: 500; text-align: right; padding: 2px 10px;
  border-bottom: 1px solid var(--border); white-space: nowrap; }
td { padding: 2px 10px; height: 24px; text-align: right; white-space: nowrap; max-width: 360px; overflow: hidden;
  text-overflow: ellipsis; }
th:first-child, td:first-child, .left th, .left td { text-align: left; }
.left td { white-space: pre-wrap; overflow-wrap: anywhere; }
.equal td, td.equal { color: var(--muted); }
td.differs { border: 1px solid var(--surface); }
td.words { white-space: pre-wrap; overflow-wrap: anywhere; }
.words { text-align: left; }
svg { display: block; }
svg text { font-size: 11px; fill: var(--muted); }
.plot { width: 100%; height: auto; }
.plot .line-a, .key .line-a { stroke: var(--accent); fill: none; stroke-width: 1.6; }
.plot .line-b, .key .line-b { stroke: var(--text); fill: none; stroke-width: 1.6; stroke-dasharray: 4 2; }
.plot .line-delta { stroke: var(--warn); fill: none; stroke-width: 1.4; }
.plot .back { fill: var(--window); }
.plot .shade { fill: var(--warn-soft); opacity: 0.75; }
.plot .grid, .bar .axis { stroke: var(--border); stroke-width: 1; }
.bar rect { fill: var(--warn); }
.key { display: inline-block; vertical-align: middle; }
.legend { display: flex; gap: 16px; font-size: 11px; }
.legend .warn { margin-left: auto; font-weight: 600; }
.images { display: flex; flex-wrap: wrap; gap: 24px; }
figure { margin: 0; }
figure img { display: block; width: 256px; height: auto; max-height: 400px; image-rendering: pixelated;
  background: var(--sunken); }
figcaption { font-size: 11px; color: var(--muted); padding-top: 4px; }
.lines { width: 100%; }
.lines td { white-space: normal; overflow-wrap: anywhere; border-bottom: 1px solid var(--border); }
footer { padding: 24px 0; }
@media print {
  body { background: none; font-size: 10px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main, .head { max-width: none; padding: 0; }
  .card, figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .body { overflow: visible; }
  td { white-space: normal; }
}
@media (max-width: 720px) { .sides, .two { grid-template-columns: 1fr; } }
"""
)

# SPDX-License-Identifier: Apache-2.0
"""The HTML of a report: text and tables escaped, plots inline, styles inline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from strategies.report.plots import Plot

_STYLE = """
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1b2430; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1rem 4rem; background: #fff; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .4rem; }
p { max-width: 46rem; margin: .3rem 0; } .quiet { color: #5a6472; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
dt { color: #5a6472; } dd { margin: 0; font-variant-numeric: tabular-nums; }
figure { margin: .6rem 0; } figure svg { width: 100%; height: auto; }
figcaption { color: #5a6472; max-width: 46rem; }
.scroll { overflow: auto; max-height: 32rem; } thead th { position: sticky; top: 0; background: #fff; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; }
caption { text-align: left; color: #5a6472; padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0;
  border-bottom: 1px solid #e3e6ea; }
td { font-variant-numeric: tabular-nums; } td.number { text-align: right; white-space: nowrap; }
""".strip()


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence]


def page(
    title: str,
    subtitle: str,
    facts: Mapping[str, str],
    parts: Sequence[Plot | Table],
) -> str:
    body = "\n".join(_plot(part) if isinstance(part, Plot) else _table(part) for part in parts)
    facts_html = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()
    )
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f'<h1>{escape(title)}</h1><p class="quiet">{escape(subtitle)}</p>\n'
        f"<dl>{facts_html}</dl>\n{body}\n</body></html>\n"
    )


def _plot(plot: Plot) -> str:
    return (
        f"<section><h2>{escape(plot.title)}</h2><figure>{_labelled(plot)}"
        f"<figcaption>{escape(plot.caption)}</figcaption></figure></section>"
    )


def _labelled(plot: Plot) -> str:
    """The picture's name for those who hear the page."""
    label = escape(f"{plot.title}. {plot.caption}", quote=True)
    return plot.svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in table.rows)
    if not table.rows:
        rows = f'<tr><td colspan="{len(table.columns)}">none</td></tr>'
    return (
        f'<section><h2>{escape(table.title)}</h2><div class="scroll"><table>'
        f"<caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _cell(value) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'.replace(",", "\u202f")
    return f"<td>{escape(str(value))}</td>"

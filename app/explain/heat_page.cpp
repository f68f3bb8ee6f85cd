#include "app/explain/heat_page.h"

#include <fmt/format.h>

namespace mnemo {
namespace {

// Green and red differ in lightness, too, for those who do not tell them apart; "against" is
// underlined besides.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --for: 22 140 70; --against: 214 40 57; --seen: 230 160 0; --ink: #1b1b1f; --paper: #fff;
  --line: #d9d9e0; --quiet: #5d5d68; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --for: 60 190 110; --against: 255 92 105; --seen: 240 180 40; --ink: #ececf1;
    --paper: #17171b; --line: #3a3a44; --quiet: #a6a6b3; }}
}}
body {{ margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }}
h1 {{ font-size: 1.4rem; }}
h2 {{ font-size: 1.05rem; margin: 0 0 .5rem; }}
.quiet {{ color: var(--quiet); font-weight: normal; }}
section {{ border-top: 1px solid var(--line); padding: 1.25rem 0; }}
.text {{ white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; margin: 0 0 .75rem; }}
.text span {{ border-radius: .2em; padding: .1em 0; }}
.for {{ background: rgb(var(--for) / calc(var(--s) * .75)); }}
.against {{ background: rgb(var(--against) / calc(var(--s) * .75)); text-decoration: underline;
  text-decoration-color: rgb(var(--against) / var(--s)); text-underline-offset: .2em; }}
.seen {{ background: rgb(var(--seen) / calc(var(--s) * .75)); }}
.unread {{ opacity: .5; }}
.grid {{ display: grid; overflow-x: auto; font-size: .85rem; align-items: center; }}
.grid b {{ font-weight: normal; padding-right: .75rem; white-space: nowrap; }}
.grid i {{ height: 1.4rem; min-width: 2px; }}
.grid .against {{ background-image: repeating-linear-gradient(45deg, transparent 0 3px,
  rgb(var(--against) / var(--s)) 3px 5px); }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; padding: .1rem 1.5rem .1rem 0; border-bottom: 1px solid var(--line); }}
td + td, th + th {{ text-align: right; }}
@media print {{ body {{ max-width: none; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }} section {{ break-inside: avoid; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{legend}</p>
)";

}  // namespace

std::string begin_heat_page(const std::string& title, const std::string& legend) {
  return fmt::format(fmt::runtime(kHead), fmt::arg("title", title), fmt::arg("legend", legend));
}

std::string end_heat_page() { return "</main>\n</body>\n</html>\n"; }

}  // namespace mnemo

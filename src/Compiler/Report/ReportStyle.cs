namespace MixPrec.Compiler.Report;

/// <summary>The style sheet of the page; the colours of precisions follow it (<see cref="PrecisionColours"/>).</summary>
internal static class ReportStyle
{
    public const string Css = """

        :root { color-scheme: light dark;
          --page: #f6f7f9; --card: #fff; --text: #1b2430; --dim: #5d6b7c; --line: #e1e5eb; --track: #e9edf2;
          --accent: #2563c9; --good: #15803d; --bad: #c2303b; --warn: #9a6700; --bad-page: #fdf0f0; --warn-page: #fdf6e3; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #0f141a; --card: #171e27; --text: #e6ebf2; --dim: #93a1b3; --line: #29333f; --track: #26303b;
          --accent: #6ea8ff; --good: #4cc274; --bad: #ff7b82; --warn: #e3b341; --bad-page: #2a181b; --warn-page: #29230f; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { margin: 0; font-size: 19px; }
        h3 { margin: 0; font-size: 13px; font-weight: 600; color: var(--dim); }
        p { margin: 0; } small { font-size: 12.5px; color: var(--dim); font-weight: 400; }
        .eyebrow { color: var(--dim); font-size: 13px; margin-bottom: 4px; overflow-wrap: anywhere; }
        .lead { font-size: 17px; color: var(--dim); margin-top: 6px; }
        .note { color: var(--dim); font-size: 13.5px; } section > .note { margin-bottom: 14px; }
        .mono { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
        .badge { display: inline-block; vertical-align: 5px; margin-left: 6px; padding: 3px 10px; border-radius: 99px; font-size: 12.5px; font-weight: 600; letter-spacing: 0; background: var(--track); color: var(--dim); }
        .badge.good { background: var(--good); color: var(--card); } .badge.bad { background: var(--bad); color: var(--card); }
        .panel { margin-top: 18px; padding: 14px 18px; border-radius: 10px; border-left: 4px solid; overflow-wrap: anywhere; }
        .panel.bad { border-color: var(--bad); background: var(--bad-page); } .panel.warn { border-color: var(--warn); background: var(--warn-page); }
        .panel p + p { margin-top: 8px; } .panel ul { margin: 6px 0 0; padding-left: 20px; }
        section, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        section { padding: 22px 24px; margin-top: 18px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 14px; margin-top: 24px; }
        .tile { padding: 16px 18px; } .value { font-size: 26px; white-space: nowrap; font-weight: 650; letter-spacing: -.01em; margin: 2px 0 4px; } .value small { display: block; min-height: 1.5em; letter-spacing: 0; }
        .gauge { display: block; width: 100%; max-width: 300px; height: auto; margin-bottom: 4px; }
        .track { fill: var(--track); } .fill { fill: var(--accent); } .fill-good { fill: var(--good); } .fill-bad { fill: var(--bad); } .faint { opacity: .35; }
        .limit { stroke: var(--text); stroke-width: 2; stroke-dasharray: 3 2; }
        .strip { display: block; width: 100%; height: 30px; margin-bottom: 8px; } .strip .p-other { fill: var(--dim); }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px; color: var(--dim); margin-bottom: 16px; }
        .scroll { overflow-x: auto; } .scroll + .note { margin-top: 12px; }
        table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-size: 12px; font-weight: 600; color: var(--dim); padding: 6px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
        td { padding: 7px 10px; border-bottom: 1px solid var(--line); vertical-align: middle; } tbody tr:last-child td { border-bottom: 0; }
        .n { text-align: right; white-space: nowrap; } .wide { width: 40%; }
        .name { min-width: 200px; max-width: 340px; overflow-wrap: anywhere; font-weight: 550; } td small { display: block; }
        .chip { display: inline-block; min-width: 40px; text-align: center; padding: 1px 8px; margin-right: 3px; border-radius: 6px; font: 600 12px/1.5 ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; color: var(--card); background: var(--dim); }
        .bar { display: inline-block; width: 90px; height: 7px; border-radius: 4px; background: var(--track); margin-right: 10px; vertical-align: 1px; overflow: hidden; } .bar.long { width: 100%; margin: 0; }
        .bar i { display: block; height: 100%; border-radius: 4px; background: var(--accent); }
        .chart { width: 100%; min-width: 560px; } .grid { stroke: var(--line); } .axis { fill: var(--dim); font-size: 12px; }
        .line { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round; } .area { fill: var(--accent); opacity: .1; }
        .baseline { fill: none; stroke: var(--dim); stroke-width: 1.5; } .baseline.prefix { stroke-dasharray: 6 3; } .baseline.random { stroke-dasharray: 1.5 3; }
        .step { fill: var(--card); stroke: var(--accent); stroke-width: 1.5; } .bound { stroke: var(--text); stroke-width: 1.5; opacity: .5; } .plan:hover .bound { opacity: 1; stroke-width: 3; }
        .mark { fill: none; stroke: var(--dim); stroke-width: 1.6; } .mark.best { stroke: var(--accent); }
        .map { display: block; max-width: none; } .frame { fill: var(--track); opacity: .6; } .edge { fill: none; stroke: var(--dim); stroke-width: 1.2; opacity: .7; }
        .box text { font-size: 11.5px; fill: var(--card); font-weight: 600; } .box .kind { font-size: 10px; font-weight: 400; } .box:hover rect { stroke: var(--text); stroke-width: 2; } .box .p-other { fill: var(--dim); }
        .sensitivity { display: block; width: 100%; min-width: 160px; height: 12px; }
        .search { font: inherit; font-size: 13.5px; padding: 5px 10px; margin-bottom: 8px; width: 260px; max-width: 100%; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
        th[role=button] { cursor: pointer; } th[role=button]:hover { color: var(--text); } th[aria-sort=ascending]::after { content: " \2191"; } th[aria-sort=descending]::after { content: " \2193"; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; } tbody tr:hover td { background: var(--page); }
        .panel.next { border-color: var(--accent); background: var(--card); }
        .point { fill: var(--card); stroke: var(--accent); stroke-width: 2; } .chosen { fill: var(--accent); stroke: var(--card); stroke-width: 2; }
        details { border-top: 1px solid var(--line); } summary .chip { margin-left: 4px; } summary { cursor: pointer; padding: 10px 2px; overflow-wrap: anywhere; } details[open] { padding-bottom: 10px; }
        .is-chosen td { font-weight: 650; } .times td { padding: 4px 10px; border: 0; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 24px; margin-top: 14px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 14px; margin: 8px 0 0; font-size: 13.5px; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        @media (max-width: 600px) { main { padding: 18px 10px 40px; } section { padding: 16px 14px; } h1 { font-size: 24px; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px; } }
        @media print { :root { --page: #fff; --card: #fff; --text: #111; --dim: #444; --line: #ccc; }
          body { background: #fff; font-size: 11px; } main { max-width: none; padding: 0; } section { padding: 10px 0; border: 0; } tr, .tile, svg { break-inside: avoid; } .search { display: none; } .scroll { overflow: visible; }
          .map { max-width: 100%; height: auto; } table, small, .mono { font-size: 9.5px; } th, td { padding: 3px 5px; } .name { min-width: 90px; } .bar { width: 30px; margin-right: 5px; } .chip { font-size: 9px; } th, th.n { white-space: normal; } td.mono { overflow-wrap: anywhere; } details::details-content { content-visibility: visible; height: auto; } }

        """;
}

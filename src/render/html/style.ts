/** How pages look: light and dark by the reader's setting, black on white on paper. SVG uses the same variables. */

export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--dim:#59636e;--line:#d0d7de;--raised:#f6f8fa;--good:#1a7f37;--warning:#9a6700;--error:#cf222e;--accent:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--dim:#9198a1;--line:#3d444d;--raised:#161b22;--good:#3fb950;--warning:#d29922;--error:#f85149;--accent:#4493f8}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:1.6rem 0 .6rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
.control{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin:.7rem 0 0;color:var(--dim)}.control input{font:inherit;padding:.2rem .5rem;min-width:16rem;max-width:100%}.control button{font:inherit;min-width:2.2rem}
th button.sort{all:unset;cursor:pointer;white-space:pre-wrap}th button.sort:focus-visible{outline:2px solid var(--accent)}th[aria-sort=ascending] button::after{content:' \\2191'}th[aria-sort=descending] button::after{content:' \\2193'}.paper{display:none}
.scroll{overflow-x:auto;margin:.7rem 0}table{border-collapse:collapse}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:break-word;max-width:60ch}
th{background:var(--raised)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:pre}td.null{color:var(--dim);font-style:italic}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--raised);padding:.7rem;overflow-x:auto}.dim{color:var(--dim)}.good{color:var(--good)}.warning{color:var(--warning)}.error{color:var(--error)}
.breaking{color:var(--error);font-weight:600}.risky{color:var(--warning);font-weight:600}
figure{margin:1rem 0;overflow-x:auto}figure>svg{max-width:100%;height:auto;color:var(--ink)}
figure .why{visibility:hidden}figure .edge:hover .why,figure .edge:focus .why{visibility:visible}figure .edge:hover .line,figure .edge:focus .line{stroke-opacity:1;stroke:var(--accent)}
figure .edge:focus{outline:none}figure .step:focus rect{stroke:currentColor;stroke-width:2}figure .step:focus{outline:none}ul{padding-left:1.2rem;overflow-wrap:anywhere}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--dim)}
@media(max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--dim:#444;--line:#999;--raised:#f2f2f2;--good:#075;--warning:#750;--error:#a00;--accent:#036}
body{margin:0;max-width:none;padding:0;font-size:10pt}.scroll,figure{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}
table{font-size:8.5pt}th,td{max-width:none;overflow-wrap:anywhere;padding:.1rem .3rem}tr,figure,h1,h2{break-inside:avoid}h1,h2{break-after:avoid}thead{display:table-header-group}.control{display:none}.paper{display:block}.paper:empty{display:none}}
`;

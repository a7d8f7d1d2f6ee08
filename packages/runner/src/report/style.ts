// The page's style: calm, readable on a phone, in dark mode and on paper. Charts take their colours from here.

const LIGHT = `--ground:#f5f7f8;--paper:#fff;--ink:#1b262c;--soft:#56656e;--line:#dde4e8;--tint:#eef3f5;
--accent:#0b6e8a;--axis:#a9b6bd;--grid:#e8edf0;
--c1:#1f77a4;--c2:#d1622b;--c3:#1e9e77;--c4:#b5679f;--c5:#c79312;--c6:#5cb3dd;--c7:#8a6d4b;--c8:#76848c;
--ran:#0b6e8a;--cached:#5d6d76;--restored:#7a5ba6;--skipped:#7b868c;--failed:#b3361f;--failed-tint:#fcf0ed`
const DARK = `--ground:#10171b;--paper:#182126;--ink:#e3eaee;--soft:#9fb0b9;--line:#2c3940;--tint:#1f2a30;
--accent:#6fc4dd;--axis:#52636c;--grid:#26323a;
--c1:#5cb0dc;--c2:#ef8a54;--c3:#43c79d;--c4:#d996c4;--c5:#e8bd4a;--c6:#9ad4f2;--c7:#c0a17c;--c8:#9fb0b9;
--ran:#6fc4dd;--cached:#9fb0b9;--restored:#b79ce0;--skipped:#8798a1;--failed:#f08a72;--failed-tint:#33201c`

const BASE = `*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;background:var(--ground);color:var(--ink);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0}
.page{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 4rem}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
h1{font-size:1.75rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.2rem;line-height:1.3;margin:0}
h3{font-size:1rem;margin:1.25rem 0 .4rem}h4,h5,h6{font-size:.92rem;margin:1rem 0 .3rem}
p,ul,ol,blockquote{margin:.6rem 0}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.84em}
code{background:var(--tint);padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
.skip,.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip:focus{position:fixed;z-index:9;left:1rem;top:1rem;width:auto;height:auto;clip-path:none;background:var(--paper);padding:.5rem 1rem}`

const FRAME = `.top{position:relative;margin-bottom:1.5rem}
.lead{font-size:1.05rem;color:var(--soft);max-width:60ch;margin:.5rem 0 0}
.unfold{font:inherit;font-size:.85rem;color:var(--accent);background:none;border:1px solid var(--line);border-radius:6px;padding:.25rem .7rem;margin-top:.9rem;cursor:pointer}
.unfold:hover{background:var(--tint)}
nav{position:relative;margin-bottom:1.25rem;font-size:.9rem;max-height:28rem;overflow-y:auto}
nav h2{font-size:.75rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);font-weight:600;margin-bottom:.4rem}
nav ol{list-style:none;margin:0;padding:0;columns:9rem;column-gap:1.25rem}
nav a{position:relative;display:flex;align-items:baseline;gap:.5em;padding:.2rem .3rem;border-radius:5px;color:inherit;text-decoration:none;overflow-wrap:anywhere;break-inside:avoid}
nav a:hover{background:var(--tint)}
nav i{flex:none;width:.6em;height:.6em;border-radius:50%;border:2px solid var(--s);background:var(--s)}
nav i.is-cached,nav i.is-skipped{background:none}
main>section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.25rem 1.4rem 1.4rem;margin-bottom:1.1rem;overflow-wrap:break-word}
main>section>header{display:flex;flex-wrap:wrap;align-items:center;gap:.2rem .75rem;margin-bottom:.7rem}
main>section>header a{color:inherit;text-decoration:none}
main>section>header a:hover{text-decoration:underline}
.subtitle{flex-basis:100%;margin:0;color:var(--soft);font-size:.9rem}
.is-ran{--s:var(--ran)}.is-cached{--s:var(--cached)}.is-restored{--s:var(--restored)}.is-skipped{--s:var(--skipped)}.is-failed{--s:var(--failed)}.is-other{--s:var(--soft)}
.badge{font-size:.8rem;color:var(--s);border:1px solid;border-radius:99px;padding:.02rem .6rem;white-space:nowrap}
@media (min-width:72rem){.page{display:grid;grid-template-columns:12rem minmax(0,1fr);column-gap:2.5rem}
.unfold{position:absolute;right:0;top:.35rem;margin:0}.top h1{padding-right:7rem}
.top,main{grid-column:2}.page.short{max-width:62rem}.page.short .top,.page.short main{grid-column:1/-1}
nav{grid-column:1;grid-row:1/span 2;position:sticky;top:2rem;align-self:start;max-height:calc(100vh - 4rem)}nav ol{columns:auto}}`

const BLOCKS = `.facts{display:flex;flex-wrap:wrap;gap:.6rem 2rem;margin:.9rem 0}
.facts dt,.tiles dt{font-size:.78rem;color:var(--soft)}
.facts dd,.tiles dd{margin:0;overflow-wrap:anywhere}
.facts dd{font-variant-numeric:tabular-nums}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.6rem;margin:.9rem 0}
.tile{background:var(--tint);border-radius:8px;padding:.5rem .75rem .55rem;min-width:0}
.tiles dt{overflow-wrap:anywhere}
.value{font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.35;display:block}
.change{font-size:.8rem;color:var(--soft);font-variant-numeric:tabular-nums}
.table{overflow-x:auto;margin:.9rem 0;border:1px solid var(--line);border-radius:8px;max-width:100%}
table{border-collapse:collapse;font-size:.88rem;min-width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.55rem .8rem;color:var(--soft);border-bottom:1px solid var(--line)}
th,td{padding:.34rem .8rem;text-align:left;vertical-align:top;white-space:nowrap}
td{border-top:1px solid var(--line);white-space:pre-line;max-width:26rem}
th{font-weight:600;background:var(--tint)}
.num{text-align:right;white-space:nowrap}.none{color:var(--soft)}
.cut{font-size:.82rem;color:var(--soft);margin:-.4rem 0 .9rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1rem 1.5rem;margin:1rem 0;align-items:start}
figure{margin:0;min-width:0;max-width:36rem}figure.wide{grid-column:1/-1;max-width:none}
figcaption{font-weight:600;font-size:.92rem;margin-bottom:.3rem}
.picture{overflow-x:auto}.picture svg{display:block;width:100%;height:auto;font-family:inherit}.picture text{paint-order:stroke}
.wide .picture svg{min-width:32rem}
.numbers{font-size:.85rem;color:var(--soft)}.numbers table{color:var(--ink)}
.numbers .table{max-height:20rem;overflow:auto}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.88rem;width:fit-content;padding:.1rem 0}
pre{background:var(--tint);border-radius:8px;padding:.8rem 1rem;overflow:auto;max-height:32rem;line-height:1.45;margin:.5rem 0;tab-size:2}
pre code{background:none;padding:0;font-size:1em;overflow-wrap:normal}
pre.log{white-space:pre-wrap;overflow-wrap:anywhere}
.error{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--failed-tint);border-left:3px solid var(--failed);color:var(--ink);border-radius:0 8px 8px 0;padding:.7rem 1rem}
.prose{max-width:72ch}.prose>:first-child{margin-top:0}.prose>:last-child{margin-bottom:0}
.prose blockquote{border-left:3px solid var(--line);margin-left:0;padding-left:1rem;color:var(--soft)}
.list{margin:.7rem 0}.list p{font-size:.78rem;color:var(--soft);margin:0}.list ul{margin:.1rem 0;padding-left:1.1rem}.list li{overflow-wrap:anywhere}
.links{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.25rem}
.dag{overflow-x:auto;margin:.5rem 0}
.dag svg{display:block;margin:0 auto;max-width:100%;height:auto}
.dag .edges{fill:none;stroke:var(--axis);stroke-width:1.4}.dag .head{fill:var(--axis);stroke:none}
.dag rect{fill:var(--paper);stroke:var(--s);stroke-width:1.4}
.dag text{fill:var(--ink);font-size:13px;text-anchor:middle;dominant-baseline:central}
.dag .is-ran rect,.dag .is-failed rect,.dag .is-restored rect{fill:color-mix(in srgb,var(--s) 14%,var(--paper))}
.dag .is-failed rect{stroke-width:2.4}.dag .is-skipped rect{stroke-dasharray:4 3}.dag .is-skipped text{fill:var(--soft)}
.dag a:hover rect,.dag a:focus-visible rect{stroke-width:2.6}.dag a{text-decoration:none}`

const NARROW = `@media (max-width:34rem){.page{padding:1.25rem .75rem 3rem}h1{font-size:1.4rem}
main>section{padding:1rem .85rem 1.1rem;border-radius:8px}.tiles{grid-template-columns:1fr 1fr}.facts{gap:.5rem 1.4rem}
th,td{padding:.3rem .6rem}}`

const PRINT = `html{background:#fff;font-size:11px}.page{display:block;max-width:none;padding:0}
nav,.unfold,.skip{display:none}main>section{border-color:#ccc;padding:.8rem}
figure,.tile,tr{break-inside:avoid}section>header{break-after:avoid}pre{max-height:none;white-space:pre-wrap}.table,.dag{overflow:visible}`

/**
 * The whole style sheet of a report. A function, not a constant: bundlers drop an unused function, and
 * a stage that writes no report then does not depend on the page's style.
 */
export function pageStyle(): string {
  return [
    `:root{color-scheme:light dark;${LIGHT}}`,
    `@media (prefers-color-scheme:dark){:root{${DARK}}}`,
    BASE,
    FRAME,
    BLOCKS,
    NARROW,
    `@media print{:root{${LIGHT}}${PRINT}}`,
  ].join('\n')
}

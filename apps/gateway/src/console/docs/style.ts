/** The style of the reference: that of the start page, with a list of operations beside it. */
export const DOCS_STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8884; --soft: #8882; --accent: light-dark(#1558b0, #8ab8ff); scroll-padding-top: 1rem }
  * { box-sizing: border-box } body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto }
  a { color: var(--accent); text-decoration: none } a:hover { text-decoration: underline } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 2rem 1.5rem; font-size: .875rem; border-right: 1px solid var(--line) }
  nav.narrow { display: none } nav ul { list-style: none; margin: 0 0 .9rem; padding: 0 } nav li a { display: block; padding: .15rem 0; color: inherit }
  nav .group { font-weight: 600; color: inherit; display: block; margin-bottom: .15rem }
  main { padding: 1.5rem 2rem 6rem; min-width: 0 } h1 { font-size: 1.6rem; margin: 0 } h1 small { opacity: .6; font-weight: 400; font-size: 1rem }
  h2 { font-size: 1.3rem; margin: 3.5rem 0 .3rem } h3 { font-size: 1.1rem; margin: 0 } h4 { font-size: .8rem; margin: 1.4rem 0 .4rem; text-transform: uppercase; letter-spacing: .05em; opacity: .65 }
  h3 a { color: inherit } article { padding: 1.6rem 0; border-bottom: 1px solid var(--line) } p { margin: .5rem 0 } ul { padding-left: 1.2rem; margin: .5rem 0 }
  code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere } pre { padding: .8rem 1rem; background: var(--soft); border-radius: .4rem; overflow-x: auto; margin: .5rem 0 } pre code { overflow-wrap: normal }
  .route { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .7rem } .route code { font-size: .95em }
  .method { font: 600 .75rem ui-monospace, monospace; padding: .1rem .4rem; border-radius: .25rem; background: light-dark(#e3ecf8, #1d3557); color: light-dark(#123f7c, #b9d4ff) }
  .method.post { background: light-dark(#e0f2e6, #17402a); color: light-dark(#0f5a2e, #a8e6c0) } .method.patch, .method.put { background: light-dark(#fbeed5, #4a3510); color: light-dark(#7a4d00, #ffd78a) } .method.delete { background: light-dark(#fbe3e0, #4d1d18); color: light-dark(#8f2215, #ffb4a8) }
  nav li .method.method.method { float: right; background: none; padding: 0; opacity: .8; font-size: .65rem; line-height: 1.35rem; margin-left: .5rem }
  .access { font-size: .8rem; padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; color: inherit }
  .members { list-style: none; padding: 0; margin: .4rem 0; border-left: 2px solid var(--line) } .members li { padding: .3rem 0 .3rem .9rem } .members .members { margin: .3rem 0 .2rem }
  .members div { font-size: .925rem; opacity: .85 } .name { font-weight: 600 } .type { font-size: .85rem; opacity: .8 } .quiet { font-size: .8rem; opacity: .6 } .limit { font-size: .8rem; background: var(--soft); border-radius: .25rem; padding: 0 .35rem; overflow-wrap: anywhere }
  .required { font-size: .8rem; color: light-dark(#a5301f, #ff9c8f) } .choices { padding-left: 1.4rem } .media { margin-top: .8rem }
  details > summary { cursor: pointer } details details, .members details { font-size: .9rem } .answer { border-bottom: 1px solid var(--line); padding: .35rem 0 } .answer[open] { padding-bottom: .8rem }
  .status { display: inline-block; min-width: 2.6rem; font: 600 .875rem ui-monospace, monospace } .s2 { color: light-dark(#146c38, #7fd8a0) } .s4 { color: light-dark(#8a5a00, #ffcf7a) } .s5 { color: light-dark(#a5301f, #ff9c8f) } .codes { font: .8rem ui-monospace, monospace; overflow-wrap: anywhere }
  dl { display: grid; grid-template-columns: minmax(0, max-content) minmax(0, 1fr); gap: .25rem 1rem; margin: .5rem 0; font-size: .9rem } dd { margin: 0 }
  .skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: 1rem; background: Canvas; padding: .5rem }
  @media (max-width: 56rem) {
    body { display: block } main { padding: 1rem 1rem 4rem } nav.wide { display: none } nav.narrow { display: block; max-height: 100vh; padding: 0; border: 0; border-bottom: 1px solid var(--line); background: Canvas; z-index: 1 }
    nav details { padding: .6rem 1rem } nav summary { font-size: 1rem } html { scroll-padding-top: 4rem }
    nav li a { padding: .35rem 0 } dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem }
  }`

/** The address of a collector, like `https://collect.shop.example`, and the write key of the source. */
export interface SnippetPlace {
  readonly address: string
  readonly writeKey: string
}

/** What goes into every page of the shop, once, before `</head>`. */
export const snippet = ({ address, writeKey }: SnippetPlace): string => `<script>
  window.sillage = window.sillage || { q: [] };
  ['track', 'consent', 'identify', 'reset'].forEach(function (name) {
    sillage[name] = sillage[name] || function () { sillage.q.push([name, arguments]) };
  });
</script>
<script async src="${address}/sillage.js" data-key="${writeKey}"></script>
<noscript><img src="${address}/v1/pixel.gif?key=${writeKey}" alt="" width="1" height="1"></noscript>`

/** What goes into an e-mail, once; the names in braces are the sending program's. */
export const emailSnippet = ({ address, writeKey }: SnippetPlace): string =>
  `<img src="${address}/v1/pixel.gif?key=${writeKey}&amp;event_name=email_open&amp;utm_medium=email&amp;utm_campaign={campaign}" alt="" width="1" height="1">`

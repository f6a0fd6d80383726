/**
 * Slack's `markdown` block: CommonMark with tables and strike-through, plus Slack's `<…>` tokens.
 *
 * The library's own renderer would load images and leave tokens as text. Slack shows an image as a link,
 * all headings in one size, and a token as the mention that it is: so does this.
 */

import type { Link as LinkNode, Nodes, PhrasingContent, Root, RootContent, Text } from "mdast";
import { memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { SKIP, visit } from "unist-util-visit";
import { Broadcast, ChannelName, Link, Mention } from "./Words";

// CommonMark decodes entities before anybody sees the text, and an escaped token would come out live.
// These two characters of the private use area stand for &lt; and &gt; until the tokens were found.
const [LESS, MORE] = ["\uE000", "\uE001"];

const held = (text: string): string => text.replaceAll("&lt;", LESS).replaceAll("&gt;", MORE);
const shown = (text: string): string => text.replaceAll(LESS, "<").replaceAll(MORE, ">");
/** In code CommonMark decodes nothing. Whether Slack does is not documented. */
const shownInCode = (text: string): string =>
  text.replaceAll(LESS, "&lt;").replaceAll(MORE, "&gt;");

const TOKEN = /<(@|#)([A-Z0-9]+)(?:\|[^<>]*)?>|<!(here|channel|everyone)(?:\|[^<>]*)?>/g;

/** A node that react-markdown turns into `<span data-…>`, which `span` below turns into a mention. */
function mention(kind: string, id: string): PhrasingContent {
  const data = { hName: "span", hProperties: { "data-kind": kind, "data-id": id } };
  return { type: "emphasis", children: [], data } as PhrasingContent;
}

/** Splits a text at its tokens. */
function withMentions(value: string): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  let from = 0;
  for (const found of value.matchAll(TOKEN)) {
    const [token, sigil, id, range] = found;
    if (found.index > from) nodes.push({ type: "text", value: value.slice(from, found.index) });
    nodes.push(range ? mention("!", range) : mention(sigil ?? "@", id ?? ""));
    from = found.index + token.length;
  }
  if (from < value.length) nodes.push({ type: "text", value: value.slice(from) });
  return nodes;
}

/** `<https://host|label>`: CommonMark reads all of it as an address, Slack as a link with a label. */
function splitLabel(node: LinkNode): void {
  const [only] = node.children;
  if (node.children.length !== 1 || only?.type !== "text" || !only.value.includes("|")) return;
  const [url = "", label = ""] = only.value.split("|", 2);
  node.url = url;
  node.children = [{ type: "text", value: label }];
}

function remarkSlackTokens() {
  return (tree: Root): void => {
    visit(tree, "link", splitLabel);
    visit(tree, ["text", "html"], (node, index, parent) => {
      const nodes = withMentions((node as Text).value);
      if (!parent || index === undefined || nodes.every(({ type }) => type === "text"))
        return undefined;
      (parent as { children: RootContent[] }).children.splice(index, 1, ...nodes);
      return [SKIP, index + nodes.length];
    });
    visit(tree, restore);
  };
}

/** Puts the held angle brackets back wherever a node keeps a string. */
function restore(node: Nodes): void {
  if (node.type === "code" || node.type === "inlineCode") node.value = shownInCode(node.value);
  else if ("value" in node) node.value = shown(node.value);
  if ("url" in node) node.url = node.url.replaceAll(LESS, "%3C").replaceAll(MORE, "%3E");
  if ("alt" in node && node.alt) node.alt = shown(node.alt);
}

function Span(properties: Record<string, unknown>): ReactNode {
  const id = String(properties["data-id"] ?? "");
  if (properties["data-kind"] === "@") return <Mention id={id} />;
  if (properties["data-kind"] === "#") return <ChannelName id={id} />;
  if (properties["data-kind"] === "!") return <Broadcast range={id} />;
  return <span>{properties["children"] as ReactNode}</span>;
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <Link href={href ?? ""}>{children}</Link>,
  img: ({ src, alt }) => <Link href={String(src ?? "")}>{alt || String(src ?? "")}</Link>,
  span: ({ node: _, ...properties }) => <Span {...properties} />,
  table: ({ children }) => (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
};

export const Markdown = memo(function Markdown({ text }: { text: string }): ReactNode {
  return (
    <div className="markdown">
      <ReactMarkdown remarkPlugins={[remarkGfm, remarkSlackTokens]} components={COMPONENTS}>
        {held(text)}
      </ReactMarkdown>
    </div>
  );
});

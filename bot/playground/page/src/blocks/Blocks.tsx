/**
 * Draws blocks. What is words and shapes goes to slack-blocks-to-jsx; what one can click or fill in is
 * ours, because the library's own elements report nothing; so are `markdown`, `table`, `data_table`,
 * `plan` and `task_card` (missing there, or unlike Slack), and images, which must not load from outside.
 */

import { Component, useContext, useState, type ReactNode } from "react";
import type { Block, Option } from "../types";
import { BlockIdContext, useClick } from "./clicks";
import { Button, FeedbackButtons, IconButton, Overflow } from "./Elements";
import { Field, initialValue, isField, optionsOf } from "./Fields";
import { Input } from "./Input";
import { Markdown } from "./Markdown";
import { Plan, TaskCard } from "./Plan";
import { DataTable, Table } from "./Table";
import { LibraryBlock, Link, NamesContext, Words, plain, type TextObject } from "./Words";

/** An image that this page's own server keeps is shown; any other is named, never loaded. */
function Image({ block }: { block: Block }): ReactNode {
  const url = String(block["image_url"] ?? "");
  const words = String(block["alt_text"] || plain(block["title"]) || "Image");
  const isOurs = url !== "" && new URL(url, location.href).origin === location.origin;
  if (isOurs) return <img className="image" src={url} alt={words} />;
  return (
    <span className="image-named" title="Images from elsewhere are not loaded here">
      🖼 {url ? <Link href={url}>{words}</Link> : words}
    </span>
  );
}

/** A select or another field outside a form: each change is a click. */
function LiveField({ element }: { element: Block }): ReactNode {
  const { busy, click } = useClick();
  const names = useContext(NamesContext);
  const [value, setValue] = useState(() => initialValue(element));
  const options = optionsOf(element, names).flatMap((group): Option[] => group.options);
  return (
    <div className="live-field" aria-busy={busy}>
      <Field
        element={element}
        value={value}
        name={plain(element["placeholder"]) || String(element["action_id"] ?? "Choose")}
        onChange={(next) => {
          setValue(next);
          const chosen = Array.isArray(next) ? next.join(",") : (next ?? undefined);
          const selected_option = options.find((option) => option.value === chosen);
          click({ action_id: String(element["action_id"] ?? ""), value: chosen, selected_option });
        }}
      />
    </div>
  );
}

function Element({ element }: { element: Block }): ReactNode {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return <Button element={element} />;
    case "feedback_buttons":
      return <FeedbackButtons element={element} />;
    case "icon_button":
      return <IconButton element={element} />;
    case "overflow":
      return <Overflow element={element} />;
    case "image":
      return <Image block={element} />;
    case "plain_text":
    case "mrkdwn":
      return <Words text={element as unknown as TextObject} />;
    default:
      return isField(element) ? <LiveField element={element} /> : <Unknown type={element.type} />;
  }
}

function Elements({ block, kind }: { block: Block; kind: string }): ReactNode {
  const elements = (block["elements"] ?? []) as Block[];
  return (
    <div className={kind}>
      {elements.map((element, index) => (
        <Element key={String(element["action_id"] ?? index)} element={element} />
      ))}
    </div>
  );
}

function Section({ block }: { block: Block }): ReactNode {
  const fields = (block["fields"] ?? []) as TextObject[];
  const accessory = block["accessory"] as Block | undefined;
  return (
    <div className="section">
      <div className="section-words">
        {block["text"] && <Words text={block["text"] as TextObject} />}
        {fields.length > 0 && (
          <div className="section-fields">
            {fields.map((field, index) => (
              <Words key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory && <Element element={accessory} />}
    </div>
  );
}

/** `card` and `container`: a frame with a title, words or blocks, and buttons. */
function Frame({ block }: { block: Block }): ReactNode {
  const [open, setOpen] = useState(block["default_collapsed"] !== true);
  const title = plain(block["title"]);
  const words = [block["subtitle"], block["body"]].filter(Boolean) as TextObject[];
  const children = (block["child_blocks"] ?? []) as Block[];
  return (
    <div className="frame" role="group" aria-label={title || undefined}>
      {title && (
        <div className="frame-title">
          <strong>{title}</strong>
          {block["is_collapsible"] === true && (
            <button
              type="button"
              className="link"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? "Show less" : "Show more"}
            </button>
          )}
        </div>
      )}
      {words.map((text, index) => (
        <Words key={index} text={text} />
      ))}
      {open && <Blocks blocks={children} />}
      {block["actions"] && (
        <Elements block={{ ...block, elements: block["actions"] }} kind="actions" />
      )}
    </div>
  );
}

function Unknown({ type }: { type: string }): ReactNode {
  return <em className="unknown">[{type}: not shown in the playground]</em>;
}

const LIBRARY = new Set(["rich_text", "divider", "video", "file", "data_visualization"]);

function OneBlock({ block }: { block: Block }): ReactNode {
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "header":
      return <h3 className="header">{plain(block["text"])}</h3>;
    case "context":
      return <Elements block={block} kind="context" />;
    case "actions":
      return <Elements block={block} kind="actions" />;
    case "context_actions":
      return <Elements block={block} kind="context-actions" />;
    case "input":
      return <Input block={block} />;
    case "markdown":
      return <Markdown text={String(block["text"] ?? "")} />;
    case "table":
      return <Table block={block} />;
    case "data_table":
      return <DataTable block={block} />;
    case "plan":
      return <Plan block={block} />;
    case "task_card":
      return <TaskCard block={block} alone />;
    case "image":
      return <Image block={block} />;
    case "alert":
      return (
        <div className={`alert alert-${block["level"] ?? "default"}`} role="status">
          <Words text={block["text"] as TextObject} />
        </div>
      );
    case "card":
    case "container":
      return <Frame block={block} />;
    case "carousel":
      return <Blocks blocks={(block["elements"] ?? []) as Block[]} />;
    default:
      return LIBRARY.has(block.type) ? (
        <LibraryBlock block={block} />
      ) : (
        <Unknown type={block.type} />
      );
  }
}

/** One block that cannot be drawn says so; the rest of the page goes on. */
class Guarded extends Component<{ type: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override componentDidUpdate(before: { children: ReactNode }): void {
    const changed = before.children !== this.props.children;
    if (this.state.failed && changed) this.setState({ failed: false });
  }
  override render(): ReactNode {
    return this.state.failed ? <Unknown type={this.props.type} /> : this.props.children;
  }
}

export function Blocks({ blocks }: { blocks: Block[] }): ReactNode {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <BlockIdContext.Provider key={block.block_id ?? index} value={block.block_id}>
          <Guarded type={block.type}>
            <OneBlock block={block} />
          </Guarded>
        </BlockIdContext.Provider>
      ))}
    </div>
  );
}

/** `plan` and `task_card`: what the agent does, step by step, each with its status. */

import type { ReactNode } from "react";
import type { Block } from "../types";
import { LibraryBlock, Link, plain } from "./Words";

const SAID: Record<string, string> = {
  pending: "Not started",
  in_progress: "In progress",
  complete: "Done",
  error: "Failed",
};

function StatusIcon({ status }: { status: string }): ReactNode {
  const said = SAID[status] ?? status;
  const paths: Record<string, ReactNode> = {
    complete: <path d="M4.6 8.3l2.3 2.3 4.5-4.9" />,
    error: <path d="M5.4 5.4l5.2 5.2m0-5.2l-5.2 5.2" />,
  };
  return (
    <span className={`task-status task-${status}`} role="img" aria-label={said} title={said}>
      {paths[status] && (
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {paths[status]}
        </svg>
      )}
    </span>
  );
}

interface Source {
  url: string;
  text: string;
}

/** One step. Details and output fold away once there is something to fold. */
export function TaskCard({ block, alone }: { block: Block; alone?: boolean }): ReactNode {
  const { status, details, output } = block;
  const sources = (block["sources"] ?? []) as Source[];
  return (
    <div className={alone ? "task task-alone" : "task"} data-task-id={block["task_id"]}>
      <StatusIcon status={String(status)} />
      <div className="task-body">
        <div className="task-title">{plain(block["title"])}</div>
        {details && <div className="task-details">{<LibraryBlock block={details} />}</div>}
        {output && <div className="task-details">{<LibraryBlock block={output} />}</div>}
        {sources.length > 0 && (
          <div className="task-sources">
            {sources.map(({ url, text }) => (
              <Link key={url} href={url}>
                {text}
              </Link>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

export function Plan({ block }: { block: Block }): ReactNode {
  const tasks = (block["tasks"] ?? []) as Block[];
  const done = tasks.filter(({ status }) => status === "complete").length;
  return (
    <section className="plan" aria-label={plain(block["title"])}>
      <div className="plan-title">
        <strong>{plain(block["title"])}</strong>
        {tasks.length > 0 && (
          <span className="plan-count">
            {done} of {tasks.length}
          </span>
        )}
      </div>
      <ol className="tasks">
        {tasks.map((task, index) => (
          <li key={String(task["task_id"] ?? index)}>
            <TaskCard block={task} />
          </li>
        ))}
      </ol>
    </section>
  );
}

import { MessageSquare } from "lucide-react";
import { t } from "../../words";
import type { LineComment } from "./comments";

type Props = { comments: readonly LineComment[]; onChoose: (comment: LineComment) => void };

/** The comments that wait to be sent, by file and line. */
export function CommentList({ comments, onChoose }: Props) {
  if (comments.length === 0) return null;
  return (
    <section
      aria-label={t("changes.commentsTitle")}
      className="max-h-[38%] shrink-0 overflow-y-auto border-line border-t p-2"
    >
      <h3 className="flex items-center gap-1.5 px-2 pb-1 text-small text-waiting">
        <MessageSquare size={12} aria-hidden />
        {t("changes.comments", { count: comments.length })}
      </h3>
      <ul>
        {comments.map((comment) => (
          <li key={comment.id}>
            <button
              type="button"
              data-testid="comment-in-list"
              title={`${comment.path}:${comment.line}`}
              onClick={() => onChoose(comment)}
              className="w-full rounded-control px-2 py-1 text-left hover:bg-faint focus-visible:-outline-offset-2"
            >
              <span className="block truncate font-mono text-small text-third">
                {comment.path.split("/").pop()}:{comment.line}
              </span>
              <span className="block truncate">{comment.text}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="px-2 pt-1 text-small text-third">{t("changes.commentsText")}</p>
    </section>
  );
}

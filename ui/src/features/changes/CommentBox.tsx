import { X } from "lucide-react";
import { useState } from "react";
import { keyNames } from "../../shared/actions";
import { Button, IconButton } from "../../shared/Button";
import { TextArea } from "../../shared/TextArea";
import { t } from "../../words";
import type { Comments, LineComment } from "./comments";

/** A comment where its line is: read, or being written. What is typed is kept with each word. */
export function CommentBox({ comment, comments }: { comment: LineComment; comments: Comments }) {
  const [writing, setWriting] = useState(comment.text === "");
  // What is kept is told a moment later: a field that waited for it would lose letters of a quick typist.
  const [text, setText] = useState(comment.text);
  const label = t("changes.commentOn", { line: comment.line });
  const done = () => {
    if (text.trim() === "") comments.remove(comment.id);
    else setWriting(false);
    // Back to the line it is about.
    document
      .querySelector<HTMLElement>(`[data-path="${CSS.escape(comment.path)}"] [data-line="${comment.line}"]`)
      ?.focus({ preventScroll: true });
  };
  return (
    <div data-testid="line-comment" className="border-line border-y bg-raised px-4 py-2 font-sans">
      <div className="card max-w-[640px] px-3 py-2">
        {writing ? (
          <>
            <TextArea
              autoFocus
              aria-label={label}
              data-testid="comment-text"
              placeholder={t("changes.commentHint")}
              rows={2}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                comments.write(comment.id, event.target.value);
              }}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing) return;
                if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
                  event.preventDefault();
                  event.stopPropagation();
                  done();
                }
              }}
            />
            <div className="flex items-center gap-2 pt-2">
              <Button
                kind="primary"
                keys={keyNames({ key: "Enter", mod: true })}
                data-testid="keep-comment"
                disabled={text.trim() === ""}
                onClick={done}
              >
                {t("changes.keepComment")}
              </Button>
              <Button kind="quiet" onClick={() => comments.remove(comment.id)}>
                {t("changes.dropComment")}
              </Button>
            </div>
          </>
        ) : (
          <div className="flex items-start gap-2">
            <button
              type="button"
              title={t("changes.editComment")}
              className="min-w-0 flex-1 whitespace-pre-wrap break-words text-left"
              onClick={() => setWriting(true)}
            >
              {comment.text}
            </button>
            <IconButton
              label={t("changes.removeComment", { line: comment.line })}
              className="-my-1 -mr-1"
              onClick={() => comments.remove(comment.id)}
            >
              <X size={14} />
            </IconButton>
          </div>
        )}
      </div>
    </div>
  );
}

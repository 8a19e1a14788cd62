/** Text with names of commands and branches between backticks. */
export function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="font-mono text-ink text-small">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

import { Notice } from "../../shared/Notice";
import { useOutside } from "./wanted";

/** Why a link that was followed led nowhere. */
export function LedNowhere() {
  const sentence = useOutside((outside) => outside.sentence);
  if (sentence === null) return null;
  return (
    <div className="p-3 pb-0" data-testid="led-nowhere">
      <Notice onDismiss={() => useOutside.setState({ sentence: null })}>{sentence}</Notice>
    </div>
  );
}

import { Component, type ReactNode } from "react";
import { t } from "../words";
import { Button } from "./Button";
import { Notice, sentence } from "./Notice";

/** An error of the window itself: said, with a way back, never a white page. */
export class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="flex h-full items-center justify-center p-8">
        <Notice action={<Button onClick={() => this.setState({ error: undefined })}>{t("problem.again")}</Button>}>
          {t("problem.unexpected", { what: sentence(this.state.error) })}
        </Notice>
      </div>
    );
  }
}

import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect } from "react";
import { queries } from "../../backend";
import { useAction } from "../../shared/actions";
import { ZOOMS } from "./appearance";
import { saveSettings } from "./save";

/** Light or dark, contrast and size: as the person says, and where they do not, as the system says while it says it. */
export function useAppearance() {
  const settings = useQuery(queries.settings());
  const theme = settings.data?.theme ?? "system";
  const highContrast = settings.data?.high_contrast ?? false;
  // Before anything is painted: a dark window must not begin with a flash.
  useLayoutEffect(() => {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const contrast = window.matchMedia("(prefers-contrast: more)");
    const apply = () => {
      const { dataset } = document.documentElement;
      dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
      dataset.contrast = highContrast || contrast.matches ? "more" : "usual";
    };
    apply();
    dark.addEventListener("change", apply);
    contrast.addEventListener("change", apply);
    return () => {
      dark.removeEventListener("change", apply);
      contrast.removeEventListener("change", apply);
    };
  }, [theme, highContrast]);

  const zoom = settings.data?.zoom ?? 100;
  const larger = ZOOMS.find((size) => size > zoom);
  const smaller = ZOOMS.filter((size) => size < zoom).at(-1);
  // Failing to save is said where settings are; here nothing changes then.
  const draw = (size: number | undefined) => size && void saveSettings({ zoom: size }).catch(() => undefined);
  useAction({ id: "larger", run: () => draw(larger) });
  useAction({ id: "smaller", run: () => draw(smaller) });
  useAction({ id: "usual_size", run: () => draw(100) });
}

import i18next from "i18next";

/** "67%", as the language writes it. */
export const percent = (share: number) =>
  new Intl.NumberFormat(i18next.language, { style: "percent", maximumFractionDigits: 0 }).format(share);

import { lazily } from "./shared/lazily";

// The first screen is one composer: what else there is, is loaded when it is opened.

const BUSY = <div className="flex-1" aria-busy="true" />;

export const BuildPage = lazily(() => import("./features/builds/BuildPage").then(({ BuildPage }) => BuildPage), BUSY);
export const SettingsPage = lazily(
  () => import("./features/settings/SettingsPage").then(({ SettingsPage }) => SettingsPage),
  BUSY,
);
export const StatisticsPage = lazily(
  () => import("./features/statistics/StatisticsPage").then(({ StatisticsPage }) => StatisticsPage),
  BUSY,
);
export const TrashPage = lazily(() => import("./features/data/TrashPage").then(({ TrashPage }) => TrashPage), BUSY);
export const FirstUse = lazily(() => import("./features/voice/FirstUse").then(({ FirstUse }) => FirstUse));
export const Tips = lazily(() => import("./shared/Tips").then(({ Tips }) => Tips));
export const Rescue = lazily(() => import("./features/data/Rescue").then(({ Rescue }) => Rescue));
export const GalleryPage = lazily(
  () => import("./features/gallery/GalleryPage").then(({ GalleryPage }) => GalleryPage),
  BUSY,
);

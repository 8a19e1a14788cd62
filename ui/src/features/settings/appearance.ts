/** How large the window can be drawn, in percent. */
export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200];

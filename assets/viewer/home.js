/** The show server that this script came from. Source and bundle lie two folders deep: assets/viewer, assets/page. */
export const HOME = new URL('../../', import.meta.url);
